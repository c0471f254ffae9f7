import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startCluster, type TestCluster } from '../../../src/sdk/testing/cluster.ts';
import { Node } from '../../kinds/core/v1/node.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { ResourceQuota } from '../../kinds/core/v1/resource-quota.ts';
import { ServiceAccount } from '../../kinds/core/v1/service-account.ts';
import { DeviceClass } from '../../kinds/resource/v1/device-class.ts';
import { ResourceClaim } from '../../kinds/resource/v1/resource-claim.ts';
import { ResourceSlice } from '../../kinds/resource/v1/resource-slice.ts';

const namespace = 'default';
const GPU = 'example.com/gpu';
const IMPLICIT = 'deviceclass.resource.kubernetes.io/gold';
let cluster: TestCluster;

/** Two nodes: `dra` with devices, `plain` with what its device plugin told, where a test says so. */
beforeAll(async () => {
  cluster = await startCluster({ without: ['controllers'] });
  await cluster.client.create(ServiceAccount, { metadata: { name: 'default', namespace } });
  for (const name of ['dra', 'plain']) {
    await cluster.client.create(Node, { metadata: { name } });
    await cluster.client.patch(Node, { name }, { type: 'merge', body: { spec: { taints: [] } } });
    await allocatable(name);
  }
});
afterAll(() => cluster[Symbol.asyncDispose]());
afterEach(async () => {
  const { client } = cluster;
  for (const { metadata } of (await client.list(Pod, { namespace })).items)
    await client.delete(Pod, { name: metadata.name, namespace }, { gracePeriodSeconds: 0 });
  for (const { metadata } of (await client.list(ResourceClaim, { namespace })).items) {
    const key = { name: metadata.name, namespace };
    await client.patch(ResourceClaim, key, { type: 'merge', body: { metadata: { finalizers: null } } });
    await client.delete(ResourceClaim, key);
  }
  await client.deleteCollection(ResourceSlice, {});
  await client.deleteCollection(DeviceClass, {});
  await allocatable('plain');
  const [claims, slices, classes] = [ResourceClaim, ResourceSlice, DeviceClass].map(kind => cluster.caches.of(kind));
  await cluster.eventually(() => expect([claims, slices, classes].flatMap(cache => cache?.list() ?? [])).toEqual([]));
});

const allocatable = (name: string, more: object = { [GPU]: null }) =>
  cluster.client.patch(
    Node,
    { name },
    { type: 'merge', body: { status: { allocatable: { cpu: '4', memory: '8Gi', pods: '10', ...more } } } },
    { subresource: 'status' },
  );
const classOf = (extendedResourceName?: string) =>
  cluster.client.create(DeviceClass, {
    metadata: { name: 'gold' },
    spec: extendedResourceName === undefined ? {} : { extendedResourceName },
  });
const offered = (...names: readonly string[]) =>
  cluster.client.create(ResourceSlice, {
    metadata: { name: 's' },
    spec: {
      driver: 'd.x',
      nodeName: 'dra',
      pool: { name: 'p', generation: 1, resourceSliceCount: 1 },
      devices: names.map(name => ({ name })),
    },
  });
async function made(limits: Readonly<Record<string, string>>, name = 'p', more: object = {}): Promise<string> {
  const containers = [{ name: 'c', image: 'i', resources: { limits } }];
  return (await cluster.client.create(Pod, { metadata: { name, namespace }, spec: { containers, ...more } })).metadata
    .uid;
}
const get = (name = 'p') => cluster.client.get(Pod, { name, namespace });
const placedOn = (node: string, name = 'p') =>
  cluster.eventually(async () => expect((await get(name)).spec.nodeName).toBe(node));
const messageOf = async (name = 'p') =>
  (await get(name)).status.conditions?.find(({ type }) => type === 'PodScheduled')?.message ?? '';
const waits = (reason: string, name = 'p') =>
  cluster.eventually(async () => expect(await messageOf(name)).toContain(reason));
const claims = async () => (await cluster.client.list(ResourceClaim, { namespace })).items;

it.each([
  ['that a class names', GPU, GPU],
  ['that names a class', undefined, IMPLICIT],
])('a resource %s is a device, by a claim that is made before the pod is bound', async (_, named, resource) => {
  await classOf(named);
  await offered('a', 'b');
  const uid = await made({ [resource]: '2' });
  await placedOn('dra');
  const [claim, ...more] = await claims();
  expect(more).toEqual([]);
  const requestName = 'container-0-request-0';
  expect(claim).toMatchObject({
    metadata: {
      name: expect.stringMatching(/^p-extended-resources-/),
      annotations: { 'resource.kubernetes.io/extended-resource-claim': 'true' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid, controller: true }],
      finalizers: ['resource.kubernetes.io/delete-protection'],
    },
    spec: {
      devices: {
        requests: [{ name: requestName, exactly: { deviceClassName: 'gold', allocationMode: 'ExactCount', count: 2 } }],
      },
    },
    status: {
      allocation: {
        devices: {
          results: [
            { request: requestName, device: 'a' },
            { request: requestName, device: 'b' },
          ],
        },
      },
      reservedFor: [{ resource: 'pods', name: 'p', uid }],
    },
  });
  expect((await get()).status.extendedResourceClaimStatus).toEqual({
    requestMappings: [{ containerName: 'c', resourceName: resource, requestName }],
    resourceClaimName: claim?.metadata.name,
  });
});

it('what a node has as a plain amount is taken of that, without a claim', async () => {
  await classOf(GPU);
  await allocatable('plain', { [GPU]: '1' });
  await made({ [GPU]: '1' });
  await placedOn('plain');
  expect(await claims()).toEqual([]);
  expect((await get()).status.extendedResourceClaimStatus).toBeUndefined();
  await offered('a');
  await made({ [GPU]: '1' }, 'other');
  await placedOn('dra', 'other');
});

it('waits for a class, then for a device, and has one that another gave back', async () => {
  await made({ [GPU]: '1' });
  await waits('2 Insufficient example.com/gpu');
  await classOf(GPU);
  await waits('2 cannot allocate all claims. still not schedulable');
  expect(await claims()).toEqual([]);
  await offered('a');
  await placedOn('dra');
  await made({ [GPU]: '1' }, 'next');
  await waits('cannot allocate all claims', 'next');
  const [claim] = await claims();
  const key = { name: claim?.metadata.name ?? '', namespace };
  await cluster.client.patch(ResourceClaim, key, { type: 'merge', body: { metadata: { finalizers: null } } });
  await cluster.client.delete(ResourceClaim, key);
  await placedOn('dra', 'next');
});

it('gives no device to two of many pods at once', async () => {
  await classOf(GPU);
  await offered('a', 'b', 'c');
  const names = ['one', 'two', 'three', 'four', 'five'];
  await Promise.all(names.map(name => made({ [GPU]: '1' }, name)));
  const devices = async () =>
    (await claims()).flatMap(({ status }) => (status.allocation?.devices.results ?? []).map(({ device }) => device));
  await cluster.eventually(async () => expect((await devices()).toSorted()).toEqual(['a', 'b', 'c']));
  await cluster.eventually(async () => {
    const all = await Promise.all(names.map(name => get(name)));
    expect(all.filter(({ spec }) => spec.nodeName === 'dra')).toHaveLength(3);
  });
  expect(await claims()).toHaveLength(3);
});

it('removes the claim of an attempt before, whose pod did not come to its node', async () => {
  await classOf(GPU);
  await offered('a');
  const uid = await made({ [GPU]: '1' }, 'p', { schedulingGates: [{ name: 'x.y/z' }] });
  const requests = [{ name: 'container-0-request-0', exactly: { deviceClassName: 'gold' } }] as const;
  await cluster.client.create(ResourceClaim, {
    metadata: {
      name: 'stale',
      namespace,
      annotations: { 'resource.kubernetes.io/extended-resource-claim': 'true' },
      finalizers: ['resource.kubernetes.io/delete-protection'],
      ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid, controller: true }],
    },
    spec: { devices: { requests } },
  });
  const body = { spec: { schedulingGates: null } };
  await cluster.client.patch(Pod, { name: 'p', namespace }, { type: 'merge', body });
  await placedOn('dra');
  const names = (await claims()).map(({ metadata }) => metadata.name);
  expect(names).toEqual([expect.stringMatching(/^p-extended-resources-/)]);
});

it('says so where its claim cannot be made, and keeps no device for it', async () => {
  await classOf(GPU);
  await offered('a');
  const hard = { 'count/resourceclaims.resource.k8s.io': '0' };
  const key = { name: 'q', namespace };
  await cluster.client.create(ResourceQuota, { metadata: key, spec: { hard } });
  const body = { status: { hard, used: hard } };
  await cluster.client.patch(ResourceQuota, key, { type: 'merge', body }, { subresource: 'status' });
  await made({ [GPU]: '1' });
  await waits(
    'running PreBind plugin "DynamicResources": create claim for extended resources default/: resourceclaims.resource.k8s.io "p-extended-resources-',
  );
  await cluster.client.delete(ResourceQuota, key);
  await made({ [GPU]: '1' }, 'other');
  await cluster.eventually(async () => {
    const nodes = (await Promise.all(['p', 'other'].map(name => get(name)))).map(({ spec }) => spec.nodeName);
    expect(nodes).toContain('dra');
  });
  expect(await claims()).toHaveLength(1);
});
