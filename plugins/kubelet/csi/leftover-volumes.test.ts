import { existsSync } from 'node:fs';
import * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import { startCluster, type TestCluster } from '../../../src/sdk/testing/cluster.ts';
import { caches } from '../../../src/sdk/caches.ts';
import { uniqueVolumeName } from '../../kinds/storage/v1/attachment-name.ts';
import type { CsiDriver } from './csi-drivers.ts';
import { csiPaths, deviceRecord, publishedFolder, stagedFolder, stagingPath, targetPath } from './csi-paths.ts';
import { CsiVolumes } from './csi-volumes.ts';
import { writeVolumeData } from './volume-data.ts';
import { deviceLink, publishedDevice, stagedPlaces } from './volume-places.ts';

let cluster: TestCluster;
let root = '';
const stop = new AbortController();
beforeAll(async () => {
  root = await files.mkdtemp(join(tmpdir(), 'kubelet-csi-'));
  cluster = await startCluster({ without: ['scheduler', 'controllers'] });
});
afterAll(async () => {
  stop.abort();
  await cluster[Symbol.asyncDispose]();
  await files.rm(root, { recursive: true });
});

const volume = { driver: 'd', handle: 'h' };
const data = { driverName: 'd', volumeHandle: 'h', specVolID: 'pv' };

const volumesOf = (get: () => CsiDriver | undefined): CsiVolumes =>
  new CsiVolumes({
    world: hostWorld(),
    log: silentLogger,
    client: cluster.client,
    recorder: { event: () => undefined },
    caches: cluster.kernel.service(caches),
    nodeName: 'n',
    paths: csiPaths(root),
    drivers: { get },
    driversKnown: Promise.resolve(),
    sources: { token: () => Promise.reject(new Error('no token')) },
    told: () => [],
    report: () => Promise.resolve(),
    changed: () => undefined,
    signal: stop.signal,
  });

/** It does all that it is asked, unless `asked` throws. */
const driverOf = (asked: (method: string | undefined, request: unknown) => void): CsiDriver => ({
  name: 'd',
  capabilities: () => Promise.resolve(new Set([1])),
  peer: {
    call: (rpc, request) => {
      try {
        asked(rpc.path.split('/').at(-1), request);
        return Promise.resolve(rpc.answer.decode(Buffer.alloc(0)));
      } catch (error) {
        return Promise.reject(error);
      }
    },
    [Symbol.dispose]: () => undefined,
  },
});

it('what an earlier daemon left of pods that are no more is taken down once its driver is there, data untouched', async () => {
  const paths = csiPaths(root);
  const [gone, there] = ['gone', 'there'].map(uid => publishedFolder(paths, uid, 'pv'));
  const staged = stagedFolder(paths, 'd', 'h');
  const idle = stagedFolder(paths, 'd', 'idle');
  for (const folder of [targetPath(gone ?? ''), targetPath(there ?? ''), stagingPath(staged), stagingPath(idle)]) {
    await files.mkdir(folder, { recursive: true });
  }
  for (const folder of [gone ?? '', there ?? '', staged]) await writeVolumeData(files, folder, data);
  await writeVolumeData(files, idle, { ...data, volumeHandle: 'idle' });
  const calls: unknown[] = [];
  let failing: string | undefined;
  let driver: CsiDriver | undefined;
  const volumes = volumesOf(() => driver);
  await volumes.recover();
  expect(volumes.inUse()).toEqual([uniqueVolumeName(volume), uniqueVolumeName({ ...volume, handle: 'idle' })].sort());
  await volumes.removeLeftovers(uid => uid === 'there');
  await expect(volumes.removePod('gone')).rejects.toThrow('driver name d not found');

  // One that is mounted still: what it holds is not ours to delete.
  await files.writeFile(join(targetPath(gone ?? ''), 'precious'), '');
  driver = driverOf((method, request) => {
    calls.push([method, request]);
    if (method === failing) throw new Error('not now');
  });
  await vi.waitFor(() => expect(existsSync(idle)).toBe(false), { timeout: 20_000 });
  await expect(volumes.removePod('gone')).rejects.toThrow('ENOTEMPTY');
  expect(existsSync(join(gone ?? '', 'vol_data.json'))).toBe(true);
  await files.rm(join(targetPath(gone ?? ''), 'precious'));
  await vi.waitFor(() => expect(existsSync(join(paths.pods, 'gone'))).toBe(false), { timeout: 20_000 });
  expect(calls).toContainEqual(['NodeUnpublishVolume', { volumeId: 'h', targetPath: targetPath(gone ?? '') }]);
  expect(calls).toContainEqual(['NodeUnstageVolume', { volumeId: 'idle', stagingTargetPath: stagingPath(idle) }]);
  // The other pod has the volume still.
  expect(existsSync(staged)).toBe(true);
  expect(volumes.inUse()).toEqual([uniqueVolumeName(volume)]);
  // The last pod does not wait for a driver that will not unstage it; that is tried until it does.
  failing = 'NodeUnstageVolume';
  await volumes.removePod('there');
  expect(volumes.inUse()).toEqual([uniqueVolumeName(volume)]);
  failing = undefined;
  await vi.waitFor(() => expect(volumes.inUse()).toEqual([]), { timeout: 20_000 });
  expect(existsSync(staged)).toBe(false);
});

it('devices that it left are taken down as well, those that were staged and those that were not', async () => {
  const paths = csiPaths(root);
  const disks = { staged: 'pv-s', unstaged: 'pv-u' };
  for (const [handle, name] of Object.entries(disks)) {
    const { path } = stagedPlaces(paths, { driver: 'd', handle, device: name });
    const published = publishedDevice(paths, 'gone', name);
    const link = deviceLink(paths, 'gone', name);
    const folders = [deviceRecord(paths, name), dirname(published), dirname(link)];
    for (const folder of handle === 'staged' ? [...folders, path] : folders) {
      await files.mkdir(folder, { recursive: true });
    }
    await writeVolumeData(files, deviceRecord(paths, name), { driverName: 'd', volumeHandle: handle, specVolID: name });
    await files.symlink(published, link);
    await files.writeFile(published, '');
  }
  const calls: unknown[] = [];
  const driver = driverOf((method, request) => void calls.push([method, request]));
  const volumes = volumesOf(() => driver);
  await volumes.recover();
  const names = ['staged', 'unstaged'].map(handle => uniqueVolumeName({ driver: 'd', handle }));
  expect(volumes.inUse()).toEqual(names);
  await volumes.removePod('gone');
  expect(volumes.inUse()).toEqual([]);
  const unpublish = (volumeId: string, name: string) => [
    'NodeUnpublishVolume',
    { volumeId, targetPath: publishedDevice(paths, 'gone', name) },
  ];
  const { path: stagingTargetPath } = stagedPlaces(paths, { driver: 'd', handle: 'staged', device: 'pv-s' });
  // Volumes are taken down beside each other, the calls of one in their order.
  const callsOf = (handle: string): unknown =>
    calls.filter(call => JSON.stringify(call).includes(`"volumeId":"${handle}"`));
  expect(calls).toHaveLength(3);
  expect(callsOf('unstaged')).toEqual([unpublish('unstaged', 'pv-u')]);
  expect(callsOf('staged')).toEqual([
    unpublish('staged', 'pv-s'),
    ['NodeUnstageVolume', { volumeId: 'staged', stagingTargetPath }],
  ]);
  expect(existsSync(join(paths.pods, 'gone'))).toBe(false);
  expect((await files.readdir(join(paths.staged, 'volumeDevices'))).sort()).toEqual(['publish', 'staging']);
});
