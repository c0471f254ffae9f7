import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startCluster, type TestCluster } from '../../../src/sdk/testing/cluster.ts';
import { Node } from '../../kinds/core/v1/node.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { ServiceAccount } from '../../kinds/core/v1/service-account.ts';
import { DeviceClass } from '../../kinds/resource/v1/device-class.ts';
import { ResourceClaim } from '../../kinds/resource/v1/resource-claim.ts';
import { ResourceSlice } from '../../kinds/resource/v1/resource-slice.ts';

const namespace = 'default';
let cluster: TestCluster;

/** One node in zone `a`. Nobody makes claims or cleans up after them: the test does. */
beforeAll(async () => {
  cluster = await startCluster({ without: ['controllers'] });
  const { client } = cluster;
  await client.create(ServiceAccount, { metadata: { name: 'default', namespace } });
  await client.create(Node, { metadata: { name: 'n', labels: { zone: 'a' } } });
  const status = { allocatable: { cpu: '4', memory: '8Gi', pods: '10' } };
  await client.patch(Node, { name: 'n' }, { type: 'merge', body: { status } }, { subresource: 'status' });
  await client.patch(Node, { name: 'n' }, { type: 'merge', body: { spec: { taints: [] } } });
});
afterAll(() => cluster[Symbol.asyncDispose]());
afterEach(async () => {
  const { client } = cluster;
  for (const { metadata } of (await client.list(Pod, { namespace })).items)
    await client.delete(Pod, { name: metadata.name, namespace }, { gracePeriodSeconds: 0 });
  const body = { metadata: { finalizers: null } };
  for (const { metadata } of (await client.list(ResourceClaim, { namespace })).items) {
    const key = { name: metadata.name, namespace };
    await client.patch(ResourceClaim, key, { type: 'merge', body });
    await client.delete(ResourceClaim, key);
  }
  await client.deleteCollection(ResourceSlice, {});
  await client.deleteCollection(DeviceClass, {});
  const [claims, slices, classes] = [ResourceClaim, ResourceSlice, DeviceClass].map(kind => cluster.caches.of(kind));
  await cluster.eventually(() => expect([claims, slices, classes].flatMap(cache => cache?.list() ?? [])).toEqual([]));
});

const get = (name = 'p') => cluster.client.get(Pod, { name, namespace });
const isPlaced = (name = 'p') => cluster.eventually(async () => expect((await get(name)).spec.nodeName).toBe('n'));
const messageOf = async (name = 'p') =>
  (await get(name)).status.conditions?.find(({ type }) => type === 'PodScheduled')?.message;
const waits = (reason: string, name = 'p') =>
  cluster.eventually(async () => {
    const message = await messageOf(name);
    expect(message?.startsWith(`0/1 nodes are available: ${reason}.`), message).toBe(true);
  });

async function made(resourceClaim: object, name = 'p'): Promise<string> {
  const spec = { containers: [{ name: 'c', image: 'i' }], resourceClaims: [{ name: 'device', ...resourceClaim }] };
  return (await cluster.client.create(Pod, { metadata: { name, namespace }, spec })).metadata.uid;
}
async function claimed(name: string, metadata: object = {}): Promise<void> {
  const requests = [{ name: 'r', exactly: { deviceClassName: 'c' } }] as const;
  await cluster.client.create(ResourceClaim, {
    metadata: { name, namespace, ...metadata },
    spec: { devices: { requests } },
  });
}
const claim = (name: string) => cluster.client.get(ResourceClaim, { name, namespace });
const status = (name: string, body: object) =>
  cluster.client.patch(
    ResourceClaim,
    { name, namespace },
    { type: 'merge', body: { status: body } },
    { subresource: 'status' },
  );
const allocated = (name: string, zone: string) => {
  const matchExpressions = [{ key: 'zone', operator: 'In', values: [zone] }];
  return status(name, { allocation: { nodeSelector: { nodeSelectorTerms: [{ matchExpressions }] } } });
};
const offered = (names: readonly string[], more: object = {}) =>
  cluster.client.create(ResourceSlice, {
    metadata: { name: 's' },
    spec: {
      driver: 'd.x',
      nodeName: 'n',
      pool: { name: 'p', generation: 1, resourceSliceCount: 1 },
      devices: names.map(name => ({ name, ...more })),
    },
  });
const deviceClass = () => cluster.client.create(DeviceClass, { metadata: { name: 'c' }, spec: {} });

it('waits for its claim, its class and a device, and is given that before it is bound', async () => {
  const uid = await made({ resourceClaimName: 'late' });
  await claimed('late');
  await waits('request r: device class c does not exist');
  await deviceClass();
  await waits('1 cannot allocate all claims');
  expect(await messageOf()).toContain('still not schedulable, preemption: 0/1 nodes are available');
  await offered(['a']);
  await isPlaced();
  const { metadata, status: now } = await claim('late');
  expect(metadata.finalizers).toEqual(['resource.kubernetes.io/delete-protection']);
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: ['n'] }];
  expect(now).toEqual({
    allocation: {
      devices: { results: [{ request: 'r', driver: 'd.x', pool: 'p', device: 'a' }] },
      nodeSelector: { nodeSelectorTerms: [{ matchFields }] },
      allocationTimestamp: expect.any(String),
    },
    reservedFor: [{ resource: 'pods', name: 'p', uid }],
  });
});

it('gives no device to two of many pods at once, and one to who waits once it is given back', async () => {
  await deviceClass();
  await offered(['a', 'b', 'c']);
  const names = ['one', 'two', 'three', 'four'];
  await Promise.all(names.map(name => claimed(name)));
  await Promise.all(names.map(name => made({ resourceClaimName: name }, name)));
  const deviceOf = async (name: string) => (await claim(name)).status.allocation?.devices.results?.[0]?.device;
  const devices = async () => (await Promise.all(names.map(deviceOf))).filter(device => device !== undefined);
  await cluster.eventually(async () => expect((await devices()).toSorted()).toEqual(['a', 'b', 'c']));
  const left = await cluster.eventually(async () => {
    const all = await Promise.all(names.map(get));
    const waiting = all.filter(({ spec }) => (spec.nodeName ?? '') === '').map(({ metadata }) => metadata.name);
    expect(waiting).toHaveLength(1);
    return waiting[0] ?? '';
  });
  await waits('1 cannot allocate all claims', left);
  await status(names.find(name => name !== left) ?? '', { allocation: null, reservedFor: null });
  await isPlaced(left);
});

it('shares the device of a claim that is there', async () => {
  await deviceClass();
  await offered(['a']);
  await claimed('shared');
  await Promise.all(['one', 'two'].map(name => made({ resourceClaimName: 'shared' }, name)));
  await isPlaced('one');
  await isPlaced('two');
  expect((await claim('shared')).status.reservedFor?.map(({ name }) => name).toSorted()).toEqual(['one', 'two']);
});

it('comes to no node where its devices are not, and has them given back where nobody uses them', async () => {
  await claimed('far');
  await allocated('far', 'b');
  await status('far', { reservedFor: [{ resource: 'pods', name: 'other', uid: 'other' }] });
  await made({ resourceClaimName: 'far' });
  await waits('1 resourceclaim not available on the node');
  await deviceClass();
  await offered(['a']);
  await status('far', { reservedFor: null });
  await isPlaced();
});

it('waits until a device is made ready for it', async () => {
  await deviceClass();
  await offered(['a'], { bindingConditions: ['ready'], bindingFailureConditions: ['failed'] });
  await claimed('slow');
  await made({ resourceClaimName: 'slow' });
  await cluster.eventually(async () => expect((await claim('slow')).status.allocation).toBeDefined());
  const condition = (type: string) => {
    const told = { type, status: 'True', reason: 'Said', message: 'so', lastTransitionTime: '2026-01-01T00:00:00Z' };
    return status('slow', { devices: [{ driver: 'd.x', pool: 'p', device: 'a', conditions: [told] }] });
  };
  expect((await get()).spec.nodeName).toBeUndefined();
  await condition('failed');
  await cluster.eventually(async () =>
    expect(await messageOf()).toContain(
      'running PreBind plugin "DynamicResources": device binding failed: claim=slow, reason=Said, message="so"',
    ),
  );
  await cluster.eventually(async () => expect((await claim('slow')).status.devices).toBeUndefined(), 10_000);
  await cluster.eventually(async () => expect((await claim('slow')).status.reservedFor).toBeDefined(), 10_000);
  await condition('ready');
  await isPlaced();
});

it('waits for the claim that is made for it, and takes no other', async () => {
  const uid = await made({ resourceClaimTemplateName: 't' });
  await claimed('foreign');
  await allocated('foreign', 'a');
  const names = (resourceClaimName: string) =>
    cluster.client.patch(
      Pod,
      { name: 'p', namespace },
      { type: 'merge', body: { status: { resourceClaimStatuses: [{ name: 'device', resourceClaimName }] } } },
      { subresource: 'status' },
    );
  await names('foreign');
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid, controller: true }];
  await claimed('own', { ownerReferences });
  await allocated('own', 'a');
  // Nothing is said of it, as upstream.
  expect(await messageOf()).toBeUndefined();
  await names('own');
  await isPlaced();
});
