import type { Client } from '../../src/api/client.ts';
import { isStatusError } from '../../src/api/status-error.ts';
import { createUnlessPresent } from '../../src/sdk/create-unless-present.ts';
import { Endpoints } from '../kinds/core/v1/endpoints.ts';
import { Service } from '../kinds/core/v1/service.ts';
import { EndpointSlice } from '../kinds/discovery/v1/endpoint-slice.ts';
import { SERVICE_NAME } from '../kinds/discovery/v1/slices-of-service.ts';

const NAME = 'kubernetes';
const NAMESPACE = 'default';
const KEY = { name: NAME, namespace: NAMESPACE };
const LABELS = { component: 'apiserver', provider: 'kubernetes' } as const;

/** The service by which pods find the API server. */
export async function ensureKubernetesService(client: Client, clusterIp: string, port: number): Promise<void> {
  await createUnlessPresent(client, Service, {
    metadata: { name: NAME, namespace: NAMESPACE, labels: LABELS },
    spec: {
      type: 'ClusterIP',
      clusterIP: clusterIp,
      ports: [{ name: 'https', port: 443, targetPort: port, protocol: 'TCP' }],
    },
  });
}

/**
 * Keeps the service at the addresses its servers are reached at. Loopback is none: no pod comes there, and upstream
 * lets no endpoint be such an address.
 */
export async function ensureServers(client: Client, addresses: readonly string[], port: number): Promise<void> {
  const reached = addresses.filter(address => !address.startsWith('127.'));
  if (reached.length === 0) return;
  await Promise.all([ensureEndpoints(client, reached, port), ensureSlice(client, reached, port)]);
}

async function ensureEndpoints(client: Client, addresses: readonly string[], port: number): Promise<void> {
  const subsets = [
    { addresses: addresses.map(ip => ({ ip })), ports: [{ name: 'https', port, protocol: 'TCP' as const }] },
  ];
  await createOrUpdate(
    () =>
      client.create(Endpoints, {
        metadata: { name: NAME, namespace: NAMESPACE, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
        subsets,
      }),
    () => client.patch(Endpoints, KEY, { type: 'merge', body: { subsets } }),
  );
}

async function ensureSlice(client: Client, addresses: readonly string[], port: number): Promise<void> {
  const content = {
    endpoints: addresses.map(address => ({ addresses: [address], conditions: { ready: true } })),
    ports: [{ name: 'https', port, protocol: 'TCP' as const }],
  };
  await createOrUpdate(
    () =>
      client.create(EndpointSlice, {
        metadata: { name: NAME, namespace: NAMESPACE, labels: { [SERVICE_NAME]: NAME } },
        addressType: 'IPv4',
        ...content,
      }),
    () => client.patch(EndpointSlice, KEY, { type: 'merge', body: content }),
  );
}

/** Other servers may do the same at the same time, so what is changed is told by a patch. */
async function createOrUpdate(create: () => Promise<unknown>, update: () => Promise<unknown>): Promise<void> {
  try {
    await create();
  } catch (error) {
    if (!isStatusError(error, 'AlreadyExists')) throw error;
    await update();
  }
}
