import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { controllers } from '../../src/sdk/controller.ts';
import { startCluster, type TestCluster } from '../../src/sdk/testing/cluster.ts';
import { fakeNodes } from '../../src/sdk/testing/fake-nodes.ts';
import { StatefulSet } from '../kinds/apps/v1/stateful-set.ts';
import { Event } from '../kinds/core/v1/event.ts';
import { Namespace } from '../kinds/core/v1/namespace.ts';
import { PersistentVolume } from '../kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { StorageClass } from '../kinds/storage/v1/storage-class.ts';
import { VolumeAttributesClass } from '../kinds/storage/v1/volume-attributes-class.ts';
import { localPathDeleter, localPathProvisioner, PROVISIONER } from '../local-path/local-path.ts';

let cluster: TestCluster;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tiphys-storage-'));
  const localPath = definePlugin({
    name: 'local-path',
    start({ world, contribute }) {
      const options = { files: world.files, folder, nodeName: 'node-1' };
      contribute(controllers, localPathProvisioner(options), localPathDeleter(options));
    },
  });
  cluster = await startCluster({ plugins: [fakeNodes(), localPath] });
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function namespaceFor(name: string): Promise<string> {
  await cluster.client.create(Namespace, { metadata: { name } });
  return name;
}
const spec = (more: object = {}) => ({
  accessModes: ['ReadWriteOnce' as const],
  resources: { requests: { storage: '1Gi' } },
  ...more,
});
const claimed = (namespace: string, name: string, more: object = {}) =>
  cluster.client.create(PersistentVolumeClaim, { metadata: { name, namespace }, spec: spec(more) });
const made = (name: string, more: object = {}) =>
  cluster.client.create(PersistentVolume, {
    metadata: { name },
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '2Gi' }, hostPath: { path: '/x' }, ...more },
  });
const podWith = (namespace: string, name: string, claimName: string) =>
  cluster.client.create(Pod, {
    metadata: { name, namespace },
    spec: {
      containers: [{ name: 'c', image: 'i' }],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }],
    },
  });
const claimOf = (namespace: string, name: string) => cluster.client.get(PersistentVolumeClaim, { name, namespace });
const volumeOf = (name: string) => cluster.client.get(PersistentVolume, { name });
const isGone = (reading: Promise<unknown>) => expect(reading).rejects.toMatchObject({ reason: 'NotFound' });
const messages = async (namespace: string, reason: string) =>
  (await cluster.client.list(Event, { namespace })).items
    .filter(event => event.reason === reason)
    .map(({ message }) => message);

it('claims and volumes find each other, hold each other, and part', async () => {
  const namespace = await namespaceFor('static');
  await made('disk');
  await cluster.eventually(async () => expect((await volumeOf('disk')).status.phase).toBe('Available'));
  await claimed(namespace, 'c', { storageClassName: '' });
  await cluster.eventually(async () => {
    const claim = await claimOf(namespace, 'c');
    expect(claim).toMatchObject({
      metadata: { finalizers: ['kubernetes.io/pvc-protection'] },
      spec: { volumeName: 'disk' },
      status: { phase: 'Bound', capacity: { storage: '2Gi' }, accessModes: ['ReadWriteOnce'] },
    });
    expect((await volumeOf('disk')).status.phase).toBe('Bound');
  });
  await podWith(namespace, 'user', 'c');
  await cluster.eventually(async () => {
    expect((await cluster.client.get(Pod, { name: 'user', namespace })).status.phase).toBe('Running');
  });
  await cluster.client.delete(PersistentVolume, { name: 'disk' });
  await cluster.client.delete(PersistentVolumeClaim, { name: 'c', namespace });
  // Both are marked, and stay as long as they are used; what comes later and is not used is gone before.
  await made('spare', { storageClassName: 'spare' });
  await claimed(namespace, 'idle', { storageClassName: 'none' });
  await cluster.eventually(async () => expect((await volumeOf('spare')).status.phase).toBe('Available'));
  await cluster.client.delete(PersistentVolume, { name: 'spare' });
  await cluster.client.delete(PersistentVolumeClaim, { name: 'idle', namespace });
  await cluster.eventually(async () => {
    await isGone(volumeOf('spare'));
    await isGone(claimOf(namespace, 'idle'));
  });
  expect((await claimOf(namespace, 'c')).metadata.deletionTimestamp).toBeDefined();
  expect((await volumeOf('disk')).metadata.deletionTimestamp).toBeDefined();
  await cluster.client.delete(Pod, { name: 'user', namespace });
  await cluster.eventually(async () => {
    await isGone(claimOf(namespace, 'c'));
    await isGone(volumeOf('disk'));
  });
});

it('a volume that is kept is released with its claim, and bound to nobody else', async () => {
  const namespace = await namespaceFor('kept');
  await made('kept', { storageClassName: 'kept' });
  await claimed(namespace, 'c', { storageClassName: 'kept' });
  await cluster.eventually(async () => expect((await claimOf(namespace, 'c')).status.phase).toBe('Bound'));
  await cluster.client.delete(PersistentVolumeClaim, { name: 'c', namespace });
  await cluster.eventually(async () => expect((await volumeOf('kept')).status.phase).toBe('Released'));
  await claimed(namespace, 'd', { storageClassName: 'kept' });
  await cluster.eventually(async () => {
    expect(await messages(namespace, 'ProvisioningFailed')).toContain('storageclass.storage.k8s.io "kept" not found');
  });
  await cluster.client.delete(PersistentVolume, { name: 'kept' });
  await cluster.eventually(() => isGone(volumeOf('kept')));
});

it('pods wait for claims that have no volume yet, and say so', async () => {
  const namespace = await namespaceFor('waiting');
  await podWith(namespace, 'user', 'c');
  const unready = (text: string) =>
    cluster.eventually(
      async () => expect((await messages(namespace, 'FailedScheduling')).join()).toContain(text),
      10_000,
    );
  await unready('0/1 nodes are available: persistentvolumeclaim "c" not found.');
  await claimed(namespace, 'c', { storageClassName: '' });
  await unready('0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.');
  await made('here', { claimRef: { namespace, name: 'c' } });
  await cluster.eventually(async () => {
    expect((await cluster.client.get(Pod, { name: 'user', namespace })).status.phase).toBe('Running');
  }, 10_000);
});

it('pods go where their volumes are', async () => {
  const namespace = await namespaceFor('elsewhere');
  const required = {
    nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In' as const, values: ['other'] }] }],
  };
  await made('far', { nodeAffinity: { required }, claimRef: { namespace, name: 'c' } });
  await claimed(namespace, 'c', { storageClassName: '' });
  await cluster.eventually(async () => expect((await claimOf(namespace, 'c')).status.phase).toBe('Bound'));
  await podWith(namespace, 'user', 'c');
  await cluster.eventually(async () => {
    expect((await messages(namespace, 'FailedScheduling')).join()).toContain(
      "1 node(s) didn't match PersistentVolume's node affinity",
    );
  });
});

it('the default class makes folders for the claims of a stateful set where its pods go, and deletes them', async () => {
  const namespace = await namespaceFor('folders');
  await cluster.client.create(StorageClass, {
    metadata: { name: 'local-path', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner: PROVISIONER,
    volumeBindingMode: 'WaitForFirstConsumer',
  });
  await cluster.eventually(() => expect(cluster.caches.of(StorageClass).get('local-path')).toBeDefined());
  await claimed(namespace, 'idle');
  await cluster.client.create(StatefulSet, {
    metadata: { name: 'db', namespace },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'db' } },
      template: { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
      volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: spec() }],
    },
  });
  await cluster.eventually(async () => {
    expect((await cluster.client.get(StatefulSet, { name: 'db', namespace })).status.readyReplicas).toBe(2);
  });
  const claim = await claimOf(namespace, 'data-db-1');
  const name = `pvc-${claim.metadata.uid}`;
  expect(claim.metadata.annotations).toMatchObject({ 'volume.kubernetes.io/selected-node': 'node-1' });
  expect(claim.spec).toMatchObject({ storageClassName: 'local-path', volumeName: name });
  const path = join(folder, `${name}_${namespace}_data-db-1`);
  expect((await volumeOf(name)).spec).toMatchObject({ hostPath: { path }, persistentVolumeReclaimPolicy: 'Delete' });
  await writeFile(join(path, 'kept'), 'x');
  expect((await claimOf(namespace, 'idle')).status.phase).toBe('Pending');
  await cluster.eventually(async () => {
    expect(await messages(namespace, 'WaitForFirstConsumer')).toContain(
      'waiting for first consumer to be created before binding',
    );
  });
  const body = { spec: { resources: { requests: { storage: '2Gi' } } } };
  const key = { name: 'data-db-1', namespace };
  await expect(cluster.client.patch(PersistentVolumeClaim, key, { type: 'merge', body })).rejects.toThrow(
    'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
  );
  await cluster.client.patch(
    StatefulSet,
    { name: 'db', namespace },
    { type: 'merge', body: { spec: { replicas: 1 } } },
  );
  await cluster.eventually(() => expect(cluster.caches.of(Pod).get('db-1', namespace)).toBeUndefined());
  await cluster.client.delete(PersistentVolumeClaim, key);
  await cluster.eventually(async () => {
    await isGone(volumeOf(name));
    expect(existsSync(path)).toBe(false);
  });
  expect(await readdir(folder)).toHaveLength(1);
});

it('nothing outside of its folder is deleted, whatever a volume says', async () => {
  const namespace = await namespaceFor('hostile');
  const outside = await mkdtemp(join(tmpdir(), 'tiphys-outside-'));
  await cluster.client.create(PersistentVolume, {
    metadata: { name: 'hostile', annotations: { 'pv.kubernetes.io/provisioned-by': PROVISIONER } },
    spec: {
      accessModes: ['ReadWriteOnce'],
      capacity: { storage: '1Gi' },
      hostPath: { path: outside },
      persistentVolumeReclaimPolicy: 'Delete',
      claimRef: { namespace, name: 'gone', uid: 'gone' },
    },
  });
  await cluster.eventually(async () => {
    const { items } = await cluster.client.list(Event, { fieldSelector: 'reason=VolumeFailedDelete' });
    expect(items[0]?.message).toBe(`${outside} is not a folder that ${PROVISIONER} made`);
  });
  expect(existsSync(outside)).toBe(true);
  await rm(outside, { recursive: true });
});

it('a class of attributes stays as long as it is asked for', async () => {
  const namespace = await namespaceFor('attributes');
  const { client } = cluster;
  await client.create(VolumeAttributesClass, { metadata: { name: 'gold' }, driverName: 'd', parameters: { a: 'b' } });
  await claimed(namespace, 'c', { storageClassName: 'none', volumeAttributesClassName: 'gold' });
  await client.delete(VolumeAttributesClass, { name: 'gold' });
  const going = await client.get(VolumeAttributesClass, { name: 'gold' });
  expect(going.metadata).toMatchObject({ finalizers: ['kubernetes.io/vac-protection'] });
  expect(going.metadata.deletionTimestamp).toBeDefined();
  await client.delete(PersistentVolumeClaim, { name: 'c', namespace });
  await cluster.eventually(() => isGone(client.get(VolumeAttributesClass, { name: 'gold' })));
});

it('a pod has claims of its own, which are made for it and go with it, and takes nobody else’s for them', async () => {
  const namespace = await namespaceFor('own');
  const template = {
    metadata: { labels: { a: 'b' } },
    spec: {
      accessModes: ['ReadWriteOnce' as const],
      storageClassName: 'own',
      resources: { requests: { storage: '1Gi' } },
    },
  };
  await claimed(namespace, 'second-scratch', { storageClassName: 'own' });
  await made('own', { storageClassName: 'own', claimRef: { namespace, name: 'first-scratch' } });
  for (const name of ['first', 'second']) {
    await cluster.client.create(Pod, {
      metadata: { name, namespace },
      spec: {
        containers: [{ name: 'c', image: 'i' }],
        volumes: [{ name: 'scratch', ephemeral: { volumeClaimTemplate: template } }],
      },
    });
  }
  const foreign = `PVC ${namespace}/second-scratch was not created for pod ${namespace}/second (pod is not owner)`;
  await cluster.eventually(async () => {
    const { metadata, spec } = await claimOf(namespace, 'first-scratch');
    expect(metadata).toMatchObject({
      labels: { a: 'b' },
      ownerReferences: [{ kind: 'Pod', name: 'first', controller: true }],
    });
    expect(spec.storageClassName).toBe('own');
    expect((await cluster.client.get(Pod, { name: 'first', namespace })).status.phase).toBe('Running');
    expect(await messages(namespace, 'FailedBinding')).toContain(`ephemeral volume scratch: ${foreign}`);
    expect((await messages(namespace, 'FailedScheduling')).join()).toContain(foreign);
  }, 10_000);
  await cluster.client.delete(Pod, { name: 'first', namespace });
  await cluster.eventually(() => isGone(claimOf(namespace, 'first-scratch')));
});
