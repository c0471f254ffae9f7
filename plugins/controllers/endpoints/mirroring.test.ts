import { expect, it } from 'vitest';
import { startCluster } from '../../../src/sdk/testing/cluster.ts';
import { Endpoints } from '../../kinds/core/v1/endpoints.ts';
import { Service } from '../../kinds/core/v1/service.ts';
import { EndpointSlice } from '../../kinds/discovery/v1/endpoint-slice.ts';

it('what people say in Endpoints is said in an EndpointSlice, as long as it is theirs to say', async () => {
  await using cluster = await startCluster({ without: ['scheduler'] });
  const { client } = cluster;
  const namespace = 'default';
  const slices = async () =>
    (await client.list(EndpointSlice, { namespace, labelSelector: 'kubernetes.io/service-name=s' })).items;
  const key = { name: 's', namespace };
  const addressed = (...ips: readonly string[]) => [{ addresses: ips.map(ip => ({ ip })), ports: [{ port: 80 }] }];
  await client.create(Endpoints, {
    metadata: {
      ...key,
      labels: { a: 'b' },
      annotations: { c: 'd', 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    },
    subsets: addressed('10.0.0.1'),
  });
  await client.create(Service, { metadata: key, spec: { ports: [{ port: 80 }] } });
  await cluster.eventually(async () =>
    expect(await slices()).toMatchObject([
      {
        metadata: {
          labels: { a: 'b', 'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io' },
          annotations: { c: 'd' },
          ownerReferences: [{ kind: 'Endpoints', name: 's', controller: true }],
        },
        addressType: 'IPv4',
        endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true } }],
        ports: [{ name: '', port: 80, protocol: 'TCP' }],
      },
    ]),
  );
  expect((await slices())[0]?.metadata.annotations).toEqual({ c: 'd' });
  await client.patch(Endpoints, key, {
    type: 'merge',
    body: { subsets: addressed('10.0.0.2'), metadata: { labels: { a: 'e' } } },
  });
  await cluster.eventually(async () =>
    expect(await slices()).toMatchObject([
      { metadata: { labels: { a: 'e' } }, endpoints: [{ addresses: ['10.0.0.2'] }] },
    ]),
  );
  const skip = { 'endpointslice.kubernetes.io/skip-mirror': 'true' };
  await client.patch(Endpoints, key, { type: 'merge', body: { metadata: { labels: skip } } });
  await cluster.eventually(async () => expect(await slices()).toEqual([]));
  await client.patch(Endpoints, key, { type: 'merge', body: { metadata: { labels: null } } });
  await cluster.eventually(async () => expect(await slices()).toHaveLength(1));
  await client.delete(Endpoints, key);
  await cluster.eventually(async () => expect(await slices()).toEqual([]));
});
