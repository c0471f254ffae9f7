import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PersistentVolume } from '../../kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { CSIDriver } from '../../kinds/storage/v1/csi-driver.ts';
import { TestDriver } from '../testing/csi-driver.ts';
import { TestCluster } from '../testing/test-cluster.ts';

const run = promisify(execFile);
const DRIVER = 'disks.example.com';
const TIMEOUT = { timeout: 100_000 };
const namespace = 'default';
const MEBIBYTE = 2 ** 20;

describe('block devices of volumes', () => {
  let cluster: TestCluster;
  let driver: TestDriver | undefined;
  let loop = '';
  const disk = () => join(cluster.dataDir, 'disk');
  const root = () => join(cluster.dataDir, 'kubelet');
  const devices = () => join(root(), 'plugins', 'kubernetes.io', 'csi', 'volumeDevices');
  const main = (script: string, path?: string) => ({
    name: path === undefined ? 'without' : 'with',
    image: 'docker.io/library/busybox:1.35',
    command: ['sh', '-c', `${script}; exec sleep 1000`],
    ...(path === undefined ? {} : { volumeDevices: [{ name: 'data', devicePath: path }] }),
  });
  const claimed = (readOnly: boolean, claimName: string) => [
    { name: 'data', persistentVolumeClaim: { claimName, readOnly } },
  ];
  const isRunning = ({ status }: Awaited<ReturnType<TestCluster['pod']>>): boolean => status.phase === 'Running';
  const provide = async (name: string, source: object): Promise<void> => {
    const shared = { accessModes: ['ReadWriteOnce' as const], storageClassName: '', volumeMode: 'Block' as const };
    await cluster.client.create(PersistentVolume, {
      metadata: { name },
      spec: { ...shared, capacity: { storage: '1Mi' }, ...source },
    });
    const resources = { requests: { storage: '1Mi' } };
    const spec = { ...shared, volumeName: name, resources };
    await cluster.client.create(PersistentVolumeClaim, { metadata: { name, namespace }, spec });
  };

  beforeAll(async () => {
    cluster = await TestCluster.start('pod-subresources');
    await writeFile(disk(), Buffer.alloc(MEBIBYTE, 'before '));
    loop = (await run('losetup', ['--find', '--show', disk()])).stdout.trim();
    const volumes = join(cluster.dataDir, 'volumes');
    await mkdir(volumes);
    await symlink(loop, join(volumes, 'disk'));
    driver = await TestDriver.start({ root: root(), name: DRIVER, volumes });
    await cluster.client.create(CSIDriver, { metadata: { name: DRIVER }, spec: { attachRequired: false } });
    await provide('pv', { csi: { driver: DRIVER, volumeHandle: 'disk' } });
    const terms = [{ matchExpressions: [{ key: 'kubernetes.io/os', operator: 'Exists' }] }];
    await provide('here', { local: { path: loop }, nodeAffinity: { required: { nodeSelectorTerms: terms } } });
  });
  afterAll(async () => {
    await driver?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
    if (loop !== '') await run('losetup', ['--detach', loop]);
  });

  it('of a driver are the containers’ that name them, and nobody else’s', async () => {
    const [, minor = ''] = /loop(\d+)$/.exec(loop) ?? [];
    await cluster.create('user', {
      volumes: claimed(false, 'pv'),
      containers: [
        main(
          'head -c 6 /dev/xvda; printf after | dd of=/dev/xvda conv=notrunc,fsync 2>/dev/null && echo written',
          '/dev/xvda',
        ),
        main(`mknod /dev/other b 7 ${minor}; head -c 6 /dev/other 2>/dev/null || echo no`),
      ],
    });
    const { metadata } = await cluster.untilPod('user', 'to run', isRunning);
    await vi.waitFor(async () => {
      expect(await cluster.log('user', { container: 'with' })).toBe('beforewritten\n');
      expect(await cluster.log('user', { container: 'without' })).toBe('no\n');
    }, TIMEOUT);
    expect((await readFile(disk(), 'utf8')).slice(0, 7)).toBe('aftere ');
    const block = { block: {}, accessMode: { mode: 1 } };
    const staged = join(devices(), 'staging', 'pv');
    const target = join(devices(), 'publish', 'pv', metadata.uid);
    expect(driver?.asked('NodeStageVolume')).toMatchObject([{ stagingTargetPath: staged, volumeCapability: block }]);
    expect(driver?.asked('NodePublishVolume')).toMatchObject([{ targetPath: target, volumeCapability: block }]);
    const links = join(root(), 'pods', metadata.uid, 'volumeDevices', 'kubernetes.io~csi');
    expect(await readlink(join(links, 'pv'))).toBe(target);
    await vi.waitFor(async () => {
      expect(await cluster.eventsOf('user')).toContain(
        `Normal SuccessfulMountVolume: MapVolume.MapPodDevice succeeded for volume "pv" volumeMapPath "${links}"`,
      );
    }, TIMEOUT);

    // A later daemon finds it as it is, and has it taken down.
    await cluster.down();
    await cluster.up();
    await vi.waitFor(() => expect(driver?.asked('NodePublishVolume')).toHaveLength(2), TIMEOUT);
    expect(await cluster.log('user', { container: 'with' })).toBe('beforewritten\n');
    await cluster.client.delete(Pod, { name: 'user', namespace });
    await cluster.untilGone('user');
    expect(driver?.asked('NodeUnpublishVolume')).toEqual([{ volumeId: 'disk', targetPath: target }]);
    await vi.waitFor(() => {
      expect(driver?.asked('NodeUnstageVolume')).toEqual([{ volumeId: 'disk', stagingTargetPath: staged }]);
      expect(existsSync(join(devices(), 'pv'))).toBe(false);
    }, TIMEOUT);
    expect(existsSync(join(root(), 'pods', metadata.uid))).toBe(false);
    expect(await readFile('/proc/self/mountinfo', 'utf8')).not.toContain(devices());
  });

  it('of the node itself too, anywhere, and only to read where the claim says so', async () => {
    await cluster.create('reader', {
      volumes: claimed(true, 'here'),
      containers: [main('head -c 5 /disks/raw; (: > /disks/raw) 2>/dev/null || echo " kept"', '/disks/raw')],
    });
    await cluster.untilPod('reader', 'to run', isRunning);
    await vi.waitFor(async () => expect(await cluster.log('reader')).toBe('after kept\n'), TIMEOUT);
    await cluster.client.delete(Pod, { name: 'reader', namespace });
    await cluster.untilGone('reader');
  });

  it('are not mounted, and a driver that fails is told of in upstream’s words', async () => {
    const volumeMounts = [{ name: 'data', mountPath: '/data' }];
    await cluster.create('mounts', { volumes: claimed(false, 'pv'), containers: [{ ...main('true'), volumeMounts }] });
    driver?.failing.set('NodePublishVolume', 'no room');
    await cluster.create('fails', { volumes: claimed(false, 'pv'), containers: [main('true', '/dev/xvda')] });
    await vi.waitFor(async () => {
      expect(await cluster.eventsOf('mounts')).toContain(
        'Warning FailedMount: MountVolume.SetUp failed for volume "data" : volume data has volumeMode Block, but is specified in volumeMounts',
      );
      expect(await cluster.eventsOf('fails')).toContain(
        'Warning FailedMapVolume: MapVolume.MapPodDevice failed for volume "pv" : rpc error: code = Internal desc = no room',
      );
    }, TIMEOUT);
  });
});
