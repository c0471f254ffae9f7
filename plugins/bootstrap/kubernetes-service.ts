import type { Client } from '../../src/api/client.ts';
import { isStatusError } from '../../src/api/status-error.ts';
import { createUnlessPresent } from '../../src/sdk/create-unless-present.ts';
import { Endpoints } from '../kinds/core/v1/endpoints.ts';
import { Service } from '../kinds/core/v1/service.ts';
import { EndpointSlice } from '../kinds/discovery/v1/endpoint-slice.ts';
import type { ApiAddress } from '../apiserver/contract.ts';

const NAME = 'kubernetes';
const NAMESPACE = 'default';
const LABELS = { component: 'apiserver', provider: 'kubernetes' } as const;

/**
 * The service by which pods find the API server, kept at the address this server is reached at. On a machine that
 * has none but loopback it has no endpoints: no pod comes there, and upstream lets no endpoint be such an address.
 */
export async function ensureKubernetesService(
  client: Client,
  { clusterIp, api }: { readonly clusterIp: string; readonly api: ApiAddress },
): Promise<void> {
  await createUnlessPresent(client, Service, {
    metadata: { name: NAME, namespace: NAMESPACE, labels: LABELS },
    spec: {
      type: 'ClusterIP',
      clusterIP: clusterIp,
      ports: [{ name: 'https', port: 443, targetPort: api.port, protocol: 'TCP' }],
    },
  });
  if (api.advertiseAddress.startsWith('127.')) return;
  await Promise.all([ensureEndpoints(client, api), ensureSlice(client, api)]);
}

async function ensureEndpoints(client: Client, api: ApiAddress): Promise<void> {
  const subsets = [
    { addresses: [{ ip: api.advertiseAddress }], ports: [{ name: 'https', port: api.port, protocol: 'TCP' as const }] },
  ];
  await createOrUpdate(
    () =>
      client.create(Endpoints, {
        metadata: { name: NAME, namespace: NAMESPACE, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
        subsets,
      }),
    async () => {
      const present = await client.get(Endpoints, { name: NAME, namespace: NAMESPACE });
      await client.update(Endpoints, { ...present, subsets });
    },
  );
}

async function ensureSlice(client: Client, api: ApiAddress): Promise<void> {
  const content = {
    endpoints: [{ addresses: [api.advertiseAddress], conditions: { ready: true } }],
    ports: [{ name: 'https', port: api.port, protocol: 'TCP' as const }],
  };
  await createOrUpdate(
    () =>
      client.create(EndpointSlice, {
        metadata: { name: NAME, namespace: NAMESPACE, labels: { 'kubernetes.io/service-name': NAME } },
        addressType: 'IPv4',
        ...content,
      }),
    async () => {
      const present = await client.get(EndpointSlice, { name: NAME, namespace: NAMESPACE });
      await client.update(EndpointSlice, { ...present, ...content });
    },
  );
}

async function createOrUpdate(create: () => Promise<unknown>, update: () => Promise<unknown>): Promise<void> {
  try {
    await create();
  } catch (error) {
    if (!isStatusError(error, 'AlreadyExists')) throw error;
    await update();
  }
}
