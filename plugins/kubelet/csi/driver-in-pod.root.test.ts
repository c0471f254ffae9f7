import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { native } from '../../../native/index.ts';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { PersistentVolume } from '../../kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { CSIDriver } from '../../kinds/storage/v1/csi-driver.ts';
import { killAllPods } from '../../runtime/killall.ts';
import { TestCluster } from '../testing/test-cluster.ts';
import { unmountVolumes } from '../volumes/unmount-volumes.ts';

const DRIVER = 'pods.example.com';
const IMAGE = 'docker.io/library/busybox:1.35';
const CHECKOUT = resolve(import.meta.dirname, '../../..');
const PROGRAM = join(CHECKOUT, 'plugins/kubelet/testing/csi-driver-program.ts');
const TIMEOUT = { timeout: 100_000 };

describe('a driver of CSI that runs in a pod', () => {
  let cluster: TestCluster;
  const root = () => join(cluster.dataDir, 'kubelet');
  const isRunning = ({ status }: Awaited<ReturnType<TestCluster['pod']>>): boolean => status.phase === 'Running';
  const mountPoints = async (): Promise<readonly string[]> => {
    const table = await readFile('/proc/self/mountinfo', 'utf8');
    const points = table.split('\n').map(line => line.split(' ')[4] ?? '');
    return points.filter(point => point === root() || point.startsWith(`${root()}/`));
  };

  beforeAll(async () => {
    cluster = await TestCluster.start('pod-subresources');
    const { client } = cluster;
    await client.create(CSIDriver, { metadata: { name: DRIVER }, spec: { attachRequired: false } });
    const shared = { accessModes: ['ReadWriteMany' as const], storageClassName: '' };
    const csi = { driver: DRIVER, volumeHandle: 'one' };
    await client.create(PersistentVolume, {
      metadata: { name: 'pv' },
      spec: { ...shared, capacity: { storage: '1Gi' }, csi },
    });
    const resources = { requests: { storage: '1Gi' } };
    const metadata = { name: 'c', namespace: 'default' };
    await client.create(PersistentVolumeClaim, { metadata, spec: { ...shared, resources } });
  });
  afterAll(() => cluster?.[Symbol.asyncDispose]());

  /** As manifests of drivers have it: the kubelet's folders at their own paths, and what the program needs besides. */
  function createDriver() {
    const [volumes, folders] = [join(cluster.dataDir, 'volumes'), ['/usr', '/lib', '/lib64', CHECKOUT]];
    const paths = [
      ...[join(root(), 'plugins_registry'), volumes, ...folders].map(path => ({ path })),
      ...['plugins', 'pods'].map(name => ({ path: join(root(), name), mountPropagation: 'Bidirectional' as const })),
    ];
    return cluster.create('driver', {
      volumes: paths.map(({ path }, at) => ({
        name: `v${at}`,
        hostPath: { path, type: path === volumes ? 'DirectoryOrCreate' : 'Directory' },
      })),
      containers: [
        {
          name: 'driver',
          image: IMAGE,
          command: [process.execPath, PROGRAM, root(), DRIVER, volumes],
          env: [{ name: 'PATH', value: '/usr/bin:/usr/sbin' }],
          securityContext: { privileged: true },
          volumeMounts: paths.map(({ path, ...mount }, at) => ({ ...mount, name: `v${at}`, mountPath: path })),
        },
      ],
    });
  }
  const createUser = (name: string, script: string) =>
    cluster.create(name, {
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'c' } }],
      containers: [
        {
          name: 'main',
          image: IMAGE,
          command: ['sh', '-c', script],
          volumeMounts: [{ name: 'data', mountPath: '/data' }],
        },
      ],
    });
  const remove = async (name: string): Promise<void> => {
    await cluster.client.delete(Pod, { name, namespace: 'default' });
    await cluster.untilGone(name);
  };

  it('mounts volumes for the node and other pods, across daemons, until they are gone', async () => {
    expect(await mountPoints()).toEqual([]);
    await createDriver();
    const writer = await createUser('writer', 'echo here > /data/file && exec sleep 1000');
    await cluster.untilPod('writer', 'to have its volume', isRunning);
    const file = join(cluster.dataDir, 'volumes', 'one', 'file');
    await vi.waitFor(async () => expect(await readFile(file, 'utf8')).toBe('here\n'), TIMEOUT);
    const target = join(root(), 'pods', writer.metadata.uid, 'volumes', 'kubernetes.io~csi', 'pv', 'mount');
    const mounted = await mountPoints();
    expect(mounted).toEqual([root(), expect.stringMatching(/\/globalmount$/), target]);

    await cluster.down();
    await cluster.up();
    expect(await mountPoints()).toEqual(mounted);
    const reader = await createUser('reader', 'grep here /data/file && exec sleep 1000');
    await cluster.untilPod('reader', 'to see what the other wrote', isRunning);
    expect(await cluster.exec('writer', ['grep', 'here', '/data/file'])).toBe(0);
    await vi.waitFor(async () => expect(await cluster.log('reader')).toContain('here'), TIMEOUT);

    for (const name of ['writer', 'reader']) await remove(name);
    await vi.waitFor(async () => expect(await mountPoints()).toEqual([root()]), TIMEOUT);
    for (const { metadata } of [writer, reader]) expect(existsSync(join(root(), 'pods', metadata.uid))).toBe(false);
    expect(await readFile(file, 'utf8')).toBe('here\n');
  });

  it('leaves nothing mounted once all was taken down at once', async () => {
    await createUser('last', 'exec sleep 1000');
    await cluster.untilPod('last', 'to have its volume', isRunning);
    expect(await mountPoints()).toHaveLength(3);
    await cluster.down();
    await killAllPods(hostWorld(), { dataDir: cluster.dataDir, runDir: '', cgroupRoot: '' });
    await unmountVolumes(native(), cluster.dataDir);
    expect(await mountPoints()).toEqual([]);
    await cluster.up();
    await cluster.untilPod(
      'last',
      'to have it anew',
      ({ status }) => status.containerStatuses?.[0]?.restartCount === 1,
    );
    await remove('last');
    await vi.waitFor(async () => expect(await mountPoints()).toEqual([root()]), TIMEOUT);
  });
});
