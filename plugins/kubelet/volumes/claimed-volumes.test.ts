import * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCluster, type TestCluster } from '../../../src/sdk/testing/cluster.ts';
import { PersistentVolume } from '../../kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import type { Pod } from '../pod.ts';
import { ClaimedVolumes } from './claimed-volumes.ts';
import { localDevice, readyPersistentVolume } from './persistent-volume.ts';

let cluster: TestCluster;
let folder = '';
beforeAll(async () => {
  folder = await files.mkdtemp(join(tmpdir(), 'kubelet-claimed-'));
  cluster = await startCluster({ without: ['scheduler'] });
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
  await files.rm(folder, { recursive: true });
});

const namespace = 'default';
const pod = { metadata: { name: 'p', namespace, uid: 'p' }, spec: {} } as unknown as Pod;
const disk = { accessModes: ['ReadWriteOnce' as const], capacity: { storage: '1Gi' } };

it('a claim leads to its volume once it is bound, and is then asked for no more', async () => {
  const { client } = cluster;
  const volumes = new ClaimedVolumes(client);
  const find = () => volumes.find(pod, 'c');
  await expect(find()).rejects.toThrow('error processing PVC default/c: persistentvolumeclaims "c" not found');
  const spec = { accessModes: disk.accessModes, resources: { requests: { storage: '1Gi' } }, storageClassName: '' };
  await client.create(PersistentVolumeClaim, { metadata: { name: 'c', namespace }, spec });
  await expect(find()).rejects.toThrow('error processing PVC default/c: PVC is not bound');
  await client.create(PersistentVolume, { metadata: { name: 'v' }, spec: { ...disk, hostPath: { path: '/x' } } });
  const found = await cluster.eventually(find);
  expect(found.metadata.name).toBe('v');
  await client.delete(PersistentVolumeClaim, { name: 'c', namespace });
  await cluster.eventually(() =>
    expect(client.get(PersistentVolumeClaim, { name: 'c', namespace })).rejects.toMatchObject({ reason: 'NotFound' }),
  );
  expect(await find()).toBe(found);
  volumes.forget('p');
  await expect(find()).rejects.toThrow('not found');
});

it('a claim that a pod has for itself is that pod’s alone', async () => {
  const { client } = cluster;
  const spec = { accessModes: disk.accessModes, resources: { requests: { storage: '1Gi' } }, storageClassName: '' };
  await client.create(PersistentVolumeClaim, { metadata: { name: 'p-scratch', namespace }, spec });
  const own = { ...pod, spec: { volumes: [{ name: 'scratch', ephemeral: {} }] } } as unknown as Pod;
  await expect(new ClaimedVolumes(client).find(own, 'p-scratch')).rejects.toThrow(
    'error processing PVC default/p-scratch: PVC default/p-scratch was not created for pod default/p (pod is not owner)',
  );
});

it.each<[object, string]>([
  [{ hostPath: { path: 'made', type: 'DirectoryOrCreate' } }, 'made'],
  [{ local: { path: 'there' } }, 'there, the pod’s own'],
  [{ local: { path: 'gone' } }, 'path "gone" does not exist'],
  [{ local: { path: 'file' } }, 'path "file" is not a directory'],
  [{ nfs: { server: 's', path: '/x' } }, 'volumes of type nfs are not supported by this node'],
])('%j', async (source, expected) => {
  await files.mkdir(join(folder, 'there'), { recursive: true });
  await files.writeFile(join(folder, 'file'), '');
  const text = JSON.stringify({ spec: { ...disk, ...source } }).replaceAll('"path":"', `"path":"${folder}/`);
  const outcome = await readyPersistentVolume(files, JSON.parse(text) as PersistentVolume).then(
    ({ path, isLocal }) => `${path}${isLocal ? ', the pod’s own' : ''}`,
    (error: unknown) => String(error).replace(/^.*?: /, ''),
  );
  expect(outcome.replaceAll(`${folder}/`, '')).toBe(expected);
  if (expected === 'made') expect((await files.stat(join(folder, 'made'))).isDirectory()).toBe(true);
});

it.each<[object, string]>([
  [
    { local: { path: '/nowhere/at/all' } },
    'MapPodDevice failed for volume "v" : path "/nowhere/at/all" does not exist',
  ],
  [{ local: { path: '/dev/null' } }, 'MapPodDevice failed for volume "v" : path "/dev/null" is not a block device'],
  [
    { hostPath: { path: '/dev/null' } },
    'FindMapperPluginBySpec failed for volume "v" : failed to find BlockVolumeMapper plugin. Volume plugin is nil.',
  ],
])('as a block device: %j', async (source, problem) => {
  const volume = { metadata: { name: 'v' }, spec: { ...disk, ...source, volumeMode: 'Block' } };
  await expect(localDevice(files, volume as unknown as PersistentVolume)).rejects.toThrow(`MapVolume.${problem}`);
});
