import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCluster, type TestCluster } from '../../src/sdk/testing/cluster.ts';
import { Event } from '../kinds/core/v1/event.ts';
import { Service } from '../kinds/core/v1/service.ts';
import { IPAddress } from '../kinds/networking/v1/ip-address.ts';
import { ServiceCIDR } from '../kinds/networking/v1/service-cidr.ts';

let cluster: TestCluster;
beforeAll(async () => void (cluster = await startCluster({ without: ['scheduler'] })));
afterAll(() => cluster[Symbol.asyncDispose]());

const namespace = 'default';
const ports = [{ port: 80 }];
const made = (name: string, more: object = {}, options = {}) =>
  cluster.client.create(Service, { metadata: { name, namespace }, spec: { ports, ...more } }, options);
const addressOf = (name: string) => cluster.client.get(IPAddress, { name });
const isGone = (reading: Promise<unknown>) => expect(reading).rejects.toMatchObject({ reason: 'NotFound' });

it('a service has its address by an object of that name, until it has it no more', async () => {
  const { spec } = await made('a');
  const [address = ''] = spec.clusterIPs ?? [];
  expect(await addressOf(address)).toMatchObject({
    metadata: {
      labels: {
        'ipaddress.kubernetes.io/ip-family': 'IPv4',
        'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
      },
    },
    spec: { parentRef: { resource: 'services', namespace, name: 'a' } },
  });
  const old = await cluster.client.get(Service, { name: 'a', namespace });
  const external = { type: 'ExternalName' as const, externalName: 'x.y', sessionAffinity: 'None' as const };
  await cluster.client.update(Service, { ...old, spec: external });
  await isGone(addressOf(address));
  const body = { spec: { type: 'ClusterIP', externalName: null, ports, clusterIP: address } };
  await cluster.client.patch(Service, { name: 'a', namespace }, { type: 'merge', body });
  await addressOf(address);
  await cluster.client.delete(Service, { name: 'a', namespace });
  await isGone(addressOf(address));
});

it('an address that is another’s is refused, and a write that fails or is not meant takes none', async () => {
  await cluster.client.create(IPAddress, {
    metadata: { name: '10.43.0.77' },
    spec: { parentRef: { group: 'g.x', resource: 'gateways', name: 'g' } },
  });
  const refusal = 'failed to allocate IP 10.43.0.77: provided IP is already allocated';
  await expect(made('b', { clusterIP: '10.43.0.77' })).rejects.toThrow(refusal);
  await made('dry', { clusterIP: '10.43.0.78' }, { dryRun: true });
  await isGone(addressOf('10.43.0.78'));
  await made('c');
  await expect(made('c', { clusterIP: '10.43.0.79' })).rejects.toMatchObject({ reason: 'AlreadyExists' });
  await isGone(addressOf('10.43.0.79'));
  await made('c2', { clusterIP: '10.43.0.79' });
  await cluster.client.delete(IPAddress, { name: '10.43.0.77' });
  await made('b', { clusterIP: '10.43.0.77' });
});

it('what is taken away from a service is made again, and told of', async () => {
  const { spec } = await made('d');
  const [address = ''] = spec.clusterIPs ?? [];
  const { uid } = (await addressOf(address)).metadata;
  await cluster.client.delete(IPAddress, { name: address });
  await cluster.eventually(async () => expect((await addressOf(address)).metadata.uid).not.toBe(uid));
  await cluster.eventually(async () => {
    const { items } = await cluster.client.list(Event, { namespace });
    const message = `Cluster IP [IPv4]: ${address} is not allocated; repairing`;
    expect(items).toContainEqual(expect.objectContaining({ reason: 'ClusterIPNotAllocated', message }));
  });
});

it('further ranges are given from, and stay while they are used', async () => {
  const { client } = cluster;
  const rangeOf = (name: string) => client.get(ServiceCIDR, { name });
  const message = 'Kubernetes Service CIDR is ready';
  const ready = { conditions: [{ type: 'Ready', status: 'True', reason: '', message }] };
  await cluster.eventually(async () =>
    expect(await rangeOf('kubernetes')).toMatchObject({
      metadata: { finalizers: ['networking.k8s.io/service-cidr-finalizer'] },
      spec: { cidrs: ['10.43.0.0/16'] },
      status: ready,
    }),
  );
  await expect(made('e', { clusterIP: '10.99.0.7' })).rejects.toThrow('does not match the current range');
  await client.create(ServiceCIDR, { metadata: { name: 'more' }, spec: { cidrs: ['10.99.0.0/24'] } });
  await cluster.eventually(async () => expect(await rangeOf('more')).toMatchObject({ status: ready }));
  await cluster.eventually(() => made('e', { clusterIP: '10.99.0.7' }));
  await client.delete(ServiceCIDR, { name: 'more' });
  await cluster.eventually(async () =>
    expect(await rangeOf('more')).toMatchObject({
      status: { conditions: [{ type: 'Ready', status: 'False', reason: 'Terminating' }] },
    }),
  );
  await cluster.eventually(() => expect(made('f', { clusterIP: '10.99.0.8' })).rejects.toThrow('current range'));
});
