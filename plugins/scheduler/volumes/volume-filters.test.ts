import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startCluster, type TestCluster } from '../../../src/sdk/testing/cluster.ts';
import { Node } from '../../kinds/core/v1/node.ts';
import { PersistentVolume } from '../../kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { ServiceAccount } from '../../kinds/core/v1/service-account.ts';
import { PriorityClass } from '../../kinds/scheduling/v1/priority-class.ts';
import { CSIDriver } from '../../kinds/storage/v1/csi-driver.ts';
import { CSINode } from '../../kinds/storage/v1/csi-node.ts';
import { CSIStorageCapacity } from '../../kinds/storage/v1/csi-storage-capacity.ts';
import { StorageClass } from '../../kinds/storage/v1/storage-class.ts';
import { VolumeAttachment } from '../../kinds/storage/v1/volume-attachment.ts';

const namespace = 'default';
const ZONE = 'topology.kubernetes.io/zone';
const DRIVER = 'disks.example.com';
let cluster: TestCluster;

/** One node, in zone `a`. Nobody binds claims: the test does. */
beforeAll(async () => {
  cluster = await startCluster({ without: ['controllers'] });
  const { client } = cluster;
  await client.create(ServiceAccount, { metadata: { name: 'default', namespace } });
  await client.create(Node, { metadata: { name: 'n', labels: { [ZONE]: 'a' } } });
  const status = { allocatable: { cpu: '4', memory: '8Gi', pods: '10' } };
  await client.patch(Node, { name: 'n' }, { type: 'merge', body: { status } }, { subresource: 'status' });
  await client.patch(Node, { name: 'n' }, { type: 'merge', body: { spec: { taints: [] } } });
  await client.create(PriorityClass, { metadata: { name: 'high' }, value: 30 });
  await client.create(CSIDriver, { metadata: { name: DRIVER }, spec: { storageCapacity: true } });
  await client.create(StorageClass, {
    metadata: { name: 'late' },
    provisioner: DRIVER,
    volumeBindingMode: 'WaitForFirstConsumer',
  });
});
afterAll(() => cluster[Symbol.asyncDispose]());
afterEach(async () => {
  const { client } = cluster;
  for (const { metadata } of (await client.list(Pod, { namespace })).items) await removed(metadata.name);
});

const removed = (name: string) => cluster.client.delete(Pod, { name, namespace }, { gracePeriodSeconds: 0 });
const get = (name: string) => cluster.client.get(Pod, { name, namespace });
const isPlaced = (name: string) => cluster.eventually(async () => expect((await get(name)).spec.nodeName).toBe('n'));

async function made(name: string, volumes: readonly object[], more: object = {}): Promise<void> {
  const containers = [{ name: 'c', image: 'i' }];
  const named = volumes.map((volume, index) => ({ name: `v${index}`, ...volume }));
  await cluster.client.create(Pod, { metadata: { name, namespace }, spec: { containers, volumes: named, ...more } });
}
const claimed = (claimName: string) => ({ persistentVolumeClaim: { claimName } });

/** That it waits, and why. */
async function waits(name: string, reason: string): Promise<void> {
  await cluster.eventually(async () => {
    const { conditions = [] } = (await get(name)).status;
    const message = conditions.find(({ type }) => type === 'PodScheduled')?.message;
    expect(message?.startsWith(`0/1 nodes are available: ${reason}.`), message).toBe(true);
  });
}

/** A claim and its volume, bound to each other. */
async function bound(name: string, accessMode: string, labels: Readonly<Record<string, string>> = {}): Promise<void> {
  const { client } = cluster;
  const storage = '1Gi';
  const accessModes = [accessMode] as ['ReadWriteOnce'];
  const csi = { driver: DRIVER, volumeHandle: name };
  const claimRef = { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace, name };
  const spec = { capacity: { storage }, accessModes, csi, claimRef };
  await client.create(PersistentVolume, { metadata: { name: `pv-${name}`, labels }, spec });
  const annotations = { 'pv.kubernetes.io/bind-completed': 'yes' };
  await client.create(PersistentVolumeClaim, {
    metadata: { name, namespace, annotations },
    spec: { storageClassName: '', accessModes, volumeName: `pv-${name}`, resources: { requests: { storage } } },
  });
}

const EXCLUSIVE =
  '1 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod';

it('leaves a claim of ReadWriteOncePod to one pod, who yields it to a more important one', async () => {
  await bound('own', 'ReadWriteOncePod');
  await made('first', [claimed('own')]);
  await isPlaced('first');
  await made('second', [claimed('own')]);
  await waits('second', EXCLUSIVE);
  await removed('first');
  await isPlaced('second');
  await made('urgent', [claimed('own')], { priorityClassName: 'high' });
  await waits('urgent', EXCLUSIVE);
  await cluster.eventually(async () => expect((await get('second')).metadata.deletionTimestamp).toBeDefined());
  expect((await get('urgent')).status.nominatedNodeName).toBe('n');
  await removed('second');
  await isPlaced('urgent');
});

it('mounts a disk once on a node, or often where all only read', async () => {
  const disk = (pdName: string, readOnly: boolean) => ({ gcePersistentDisk: { pdName, readOnly } });
  const rbd = (...monitors: string[]) => ({ rbd: { monitors, image: 'i' } });
  await made('reads', [disk('d', true), rbd('a', 'b')]);
  await isPlaced('reads');
  await made('also-reads', [disk('d', true), rbd('c')]);
  await isPlaced('also-reads');
  await made('writes', [disk('d', false)]);
  await waits('writes', '1 node(s) had no available disk');
  await made('shares', [rbd('b', 'e')]);
  await waits('shares', '1 node(s) had no available disk');
});

it('brings no more volumes of a driver to a node than that can hold', async () => {
  const { client } = cluster;
  for (const name of ['one', 'two', 'three']) await bound(name, 'ReadWriteOnce');
  const holds = (count: number) => ({ drivers: [{ name: DRIVER, nodeID: 'n', allocatable: { count } }] });
  await client.create(CSINode, { metadata: { name: 'n' }, spec: holds(1) });
  await cluster.eventually(() => expect(cluster.caches.of(CSINode).get('n')).toBeDefined());
  await made('first', [claimed('one')]);
  await isPlaced('first');
  await made('shares', [claimed('one')]);
  await isPlaced('shares');
  await made('second', [claimed('two')]);
  await waits('second', '1 node(s) exceed max volume count');
  await client.create(VolumeAttachment, {
    metadata: { name: 'left' },
    spec: { attacher: DRIVER, nodeName: 'n', source: { persistentVolumeName: 'pv-three' } },
  });
  await cluster.eventually(() => expect(cluster.caches.of(VolumeAttachment).get('left')).toBeDefined());
  await client.delete(CSINode, { name: 'n' });
  await isPlaced('second');
  await removed('second');
  await client.create(CSINode, { metadata: { name: 'n' }, spec: holds(2) });
  await cluster.eventually(() => expect(cluster.caches.of(CSINode).get('n')).toBeDefined());
  await made('third', [claimed('two')]);
  await waits('third', '1 node(s) exceed max volume count');
  await client.delete(VolumeAttachment, { name: 'left' });
  await isPlaced('third');
});

it.each([
  ['the zone of its volume', 'here', { [ZONE]: 'b__a' }, undefined],
  ['the zone under its old name', 'old', { 'failure-domain.beta.kubernetes.io/zone': 'a' }, undefined],
  ['not another zone', 'there', { [ZONE]: 'b' }, '1 node(s) had no available volume zone'],
  [
    'a region that no label of the node tells',
    'far',
    { 'topology.kubernetes.io/region': 'r' },
    '1 node(s) had no available volume zone',
  ],
])('comes to %s', async (_, name, labels, reason) => {
  await bound(name, 'ReadWriteOnce', labels);
  await made(`pod-${name}`, [claimed(name)]);
  if (reason === undefined) await isPlaced(`pod-${name}`);
  else await waits(`pod-${name}`, reason);
});

it('says which volume of a claim is gone', async () => {
  await bound('lost', 'ReadWriteOnce');
  const key = { name: 'pv-lost' };
  await cluster.client.delete(PersistentVolume, key);
  const body = { metadata: { finalizers: [] } };
  await cluster.client.patch(PersistentVolume, key, { type: 'merge', body }).catch(() => undefined);
  await cluster.eventually(() => expect(cluster.caches.of(PersistentVolume).get('pv-lost')).toBeUndefined());
  await made('pod-lost', [claimed('lost')]);
  await waits('pod-lost', 'persistentvolume "pv-lost" not found');
});

it('has a volume made where the driver says that there is space', async () => {
  const { client } = cluster;
  await client.create(PersistentVolumeClaim, {
    metadata: { name: 'new', namespace },
    spec: { storageClassName: 'late', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } } },
  });
  const space = (name: string, zone: string, sizes: object) =>
    client.create(CSIStorageCapacity, {
      metadata: { name, namespace },
      storageClassName: 'late',
      nodeTopology: { matchLabels: { [ZONE]: zone } },
      ...sizes,
    });
  await space('elsewhere', 'b', { capacity: '9Gi' });
  await space('small', 'a', { capacity: '9Gi', maximumVolumeSize: '1Gi' });
  await made('pod-new', [claimed('new')]);
  await waits('pod-new', '1 node(s) did not have enough free storage');
  await space('large', 'a', { capacity: '9Gi' });
  await cluster.eventually(async () =>
    expect((await client.get(PersistentVolumeClaim, { name: 'new', namespace })).metadata.annotations).toHaveProperty(
      ['volume.kubernetes.io/selected-node'],
      'n',
    ),
  );
});
