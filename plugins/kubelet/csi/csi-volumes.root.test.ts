import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Node } from '../../kinds/core/v1/node.ts';
import { PersistentVolume } from '../../kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { Secret } from '../../kinds/core/v1/secret.ts';
import { CSIDriver } from '../../kinds/storage/v1/csi-driver.ts';
import { CSINode } from '../../kinds/storage/v1/csi-node.ts';
import { VolumeAttachment } from '../../kinds/storage/v1/volume-attachment.ts';
import { attachmentName, uniqueVolumeName } from '../../kinds/storage/v1/attachment-name.ts';
import { TestDriver } from '../testing/csi-driver.ts';
import { KUBELET_PORT, TestCluster } from '../testing/test-cluster.ts';

const DRIVER = 'folders.example.com';
const NODE = 'kubelet-test';
const HANDLE = 'disk/1';
const ATTACHMENT = attachmentName({ driver: DRIVER, handle: HANDLE }, NODE);
const UNIQUE = uniqueVolumeName({ driver: DRIVER, handle: HANDLE });
const TIMEOUT = { timeout: 100_000 };

describe('volumes of a driver of CSI', () => {
  let cluster: TestCluster;
  let driver: TestDriver;
  const root = () => join(cluster.dataDir, 'kubelet');
  const startDriver = () => TestDriver.start({ root: root(), name: DRIVER, volumes: join(cluster.dataDir, 'volumes') });
  const node = () => cluster.client.get(Node, { name: NODE });
  const main = (script: string) => ({
    name: 'main',
    image: 'docker.io/library/busybox:1.35',
    command: ['sh', '-c', script],
    volumeMounts: [{ name: 'data', mountPath: '/data' }],
  });
  const isRunning = ({ status }: Awaited<ReturnType<TestCluster['pod']>>): boolean => status.phase === 'Running';
  const kubelet = async (path: string): Promise<string> => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const options = { ...(await cluster.credentials('root', ['system:masters'])), agent: false };
    request(`https://127.0.0.1:${KUBELET_PORT}${path}`, options, answer => {
      answer
        .setEncoding('utf8')
        .toArray()
        .then(parts => resolve(parts.join('')), reject);
    })
      .on('error', reject)
      .end();
    return promise;
  };
  const mountsBelow = async (): Promise<readonly string[]> => {
    const table = await readFile('/proc/self/mountinfo', 'utf8');
    return table.split('\n').filter(line => line.includes(`${root()}/`));
  };

  beforeAll(async () => {
    cluster = await TestCluster.start('pod-subresources');
    driver = await startDriver();
  });
  afterAll(async () => {
    await driver?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  it('the node tells of a driver once it is found', async () => {
    await vi.waitFor(async () => {
      expect((await cluster.client.get(CSINode, { name: NODE })).spec.drivers).toEqual([
        { name: DRIVER, nodeID: 'here', topologyKeys: [`topology.${DRIVER}/rack`], allocatable: { count: 7 } },
      ]);
      expect(driver.registrations).toEqual([{ pluginRegistered: true }]);
    }, TIMEOUT);
    const { metadata } = await node();
    expect(metadata.labels).toMatchObject({ [`topology.${DRIVER}/rack`]: 'r1' });
    expect(metadata.annotations?.['csi.volume.kubernetes.io/nodeid']).toBe(`{"${DRIVER}":"here"}`);
  });

  it('are attached, staged and published, and all of that is undone', async () => {
    const { client } = cluster;
    const namespace = 'default';
    await client.create(Secret, { metadata: { name: 'key', namespace }, stringData: { k: 'v' } });
    await client.create(CSIDriver, {
      metadata: { name: DRIVER },
      spec: {
        podInfoOnMount: true,
        fsGroupPolicy: 'File',
        tokenRequests: [{ audience: 'vault' }],
        volumeLifecycleModes: ['Persistent', 'Ephemeral'],
      },
    });
    const shared = { accessModes: ['ReadWriteOnce' as const], storageClassName: '' };
    const secret = { name: 'key', namespace };
    const csi = { driver: DRIVER, volumeHandle: HANDLE, volumeAttributes: { a: 'b' }, nodeStageSecretRef: secret };
    await client.create(PersistentVolume, {
      metadata: { name: 'pv' },
      spec: { ...shared, capacity: { storage: '1Gi' }, csi, mountOptions: ['noatime'] },
    });
    const resources = { requests: { storage: '1Gi' } };
    await client.create(PersistentVolumeClaim, { metadata: { name: 'c', namespace }, spec: { ...shared, resources } });
    await cluster.create('user', {
      securityContext: { fsGroup: 4321 },
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'c' } }],
      containers: [main('echo here > /data/file && exec sleep 1000')],
    });

    const attachment = await vi.waitFor(() => client.get(VolumeAttachment, { name: ATTACHMENT }), TIMEOUT);
    expect(attachment.spec).toEqual({ attacher: DRIVER, nodeName: NODE, source: { persistentVolumeName: 'pv' } });
    await vi.waitFor(async () => expect((await node()).status.volumesInUse).toEqual([UNIQUE]), TIMEOUT);
    expect(driver.asked('NodeStageVolume')).toEqual([]);
    const attached = { attached: true, attachmentMetadata: { device: 'sdx' } };
    await client.updateStatus(VolumeAttachment, { ...attachment, status: attached });
    const pod = await cluster.untilPod('user', 'to have its volume', isRunning);

    const capability = { mount: { mountFlags: ['noatime'] }, accessMode: { mode: 1 } };
    expect(driver.asked('NodeStageVolume')).toMatchObject([
      {
        volumeId: HANDLE,
        publishContext: { device: 'sdx' },
        secrets: { k: 'v' },
        volumeContext: { a: 'b' },
        volumeCapability: capability,
      },
    ]);
    const target = join(root(), 'pods', pod.metadata.uid, 'volumes', 'kubernetes.io~csi', 'pv', 'mount');
    const [published] = driver.asked('NodePublishVolume');
    expect(published).toMatchObject({
      targetPath: target,
      readonly: false,
      volumeContext: {
        a: 'b',
        'csi.storage.k8s.io/pod.name': 'user',
        'csi.storage.k8s.io/pod.uid': pod.metadata.uid,
        'csi.storage.k8s.io/ephemeral': 'false',
        'csi.storage.k8s.io/serviceAccount.tokens': expect.stringContaining('"vault":{"token":'),
      },
    });
    const file = join(cluster.dataDir, 'volumes', HANDLE, 'file');
    await vi.waitFor(async () => expect(await readFile(file, 'utf8')).toBe('here\n'), TIMEOUT);
    expect((await stat(join(file, '..'))).gid).toBe(4321);
    await vi.waitFor(async () => {
      expect(await cluster.eventsOf('user')).toContain(
        'Normal SuccessfulAttachVolume: AttachVolume.Attach succeeded for volume "pv" ',
      );
      expect((await node()).status.volumesAttached).toEqual([{ name: UNIQUE, devicePath: '' }]);
    }, TIMEOUT);

    // How full it is.
    const pvcRef = { name: 'c', namespace };
    await vi.waitFor(async () => {
      const [told] = JSON.parse(await kubelet('/stats/summary')).pods;
      const counts = {
        availableBytes: 30,
        capacityBytes: 100,
        usedBytes: 70,
        inodesFree: 8,
        inodes: 10,
        inodesUsed: 2,
      };
      expect(told.volume).toContainEqual({ ...counts, name: 'data', pvcRef, time: expect.any(String) });
    }, TIMEOUT);
    expect(await kubelet('/metrics')).toContain(
      'kubelet_volume_stats_used_bytes{namespace="default",persistentvolumeclaim="c"} 70\n',
    );
    expect(driver.asked('NodeGetVolumeStats').at(0)).toEqual({ volumeId: HANDLE, volumePath: target });

    // It grows: what an external resizer has to do with it is done.
    const claim = { name: 'c', namespace };
    const grown = { type: 'merge' as const, body: { spec: { capacity: { storage: '2Gi' } } } };
    await client.patch(PersistentVolume, { name: 'pv' }, grown);
    const conditions = [{ type: 'FileSystemResizePending', status: 'True' }];
    const pending = { conditions, allocatedResourceStatuses: { storage: 'NodeResizePending' } };
    const body = { status: pending };
    await client.patch(PersistentVolumeClaim, claim, { type: 'merge', body }, { subresource: 'status' });
    expect(driver.asked('NodeExpandVolume')).toEqual([]);

    // A daemon that comes after it knows what there is to undo, whether or not it was asked to mount anything.
    await cluster.down();
    await cluster.up();
    expect((await node()).status.volumesInUse).toEqual([UNIQUE]);
    await vi.waitFor(() => expect(driver.asked('NodePublishVolume')).toHaveLength(2), TIMEOUT);
    expect((await cluster.eventsOf('user')).filter(event => event.includes('list of registered'))).toEqual([]);
    await vi.waitFor(async () => {
      const { status } = await cluster.client.get(PersistentVolumeClaim, claim);
      expect(status).toEqual({ phase: 'Bound', accessModes: shared.accessModes, capacity: { storage: '2Gi' } });
      expect(await cluster.eventsOf('user')).toContain(
        `Normal FileSystemResizeSuccessful: MountVolume.NodeExpandVolume succeeded for volume "pv" ${NODE}`,
      );
    }, TIMEOUT);
    expect(driver.asked('NodeExpandVolume')).toMatchObject([
      { volumeId: HANDLE, volumePath: target, capacityRange: { requiredBytes: 2 ** 31 }, volumeCapability: capability },
    ]);
    await cluster.client.delete(Pod, { name: 'user', namespace });
    await cluster.untilGone('user');
    expect(driver.asked('NodeUnpublishVolume')).toEqual([{ volumeId: HANDLE, targetPath: target }]);
    expect(driver.asked('NodeUnstageVolume')).toMatchObject([{ volumeId: HANDLE }]);
    await vi.waitFor(async () => {
      await expect(cluster.client.get(VolumeAttachment, { name: ATTACHMENT })).rejects.toMatchObject({
        reason: 'NotFound',
      });
      expect((await node()).status.volumesInUse ?? []).toEqual([]);
      expect((await node()).status.volumesAttached ?? []).toEqual([]);
    }, TIMEOUT);
    expect(await mountsBelow()).toEqual([]);
    expect(existsSync(join(root(), 'pods', pod.metadata.uid))).toBe(false);
    expect(existsSync(join(root(), 'plugins', 'kubernetes.io', 'csi', DRIVER))).toBe(false);
    expect(await readFile(file, 'utf8')).toBe('here\n');
  });

  it('wait for a driver that is not there, and say so', async () => {
    await driver[Symbol.asyncDispose]();
    await vi.waitFor(async () => {
      expect((await cluster.client.get(CSINode, { name: NODE })).spec.drivers ?? []).toEqual([]);
    }, TIMEOUT);
    await cluster.create('inline', {
      volumes: [{ name: 'data', csi: { driver: DRIVER, volumeAttributes: { size: '1' } } }],
      containers: [main('echo mine > /data/file && exec sleep 1000')],
    });
    await vi.waitFor(async () => {
      expect(await cluster.eventsOf('inline')).toContain(
        `Warning FailedMount: MountVolume.SetUp failed for volume "data" : kubernetes.io/csi: mounter.SetUpAt failed to get CSI client: driver name ${DRIVER} not found in the list of registered CSI drivers`,
      );
    }, TIMEOUT);
    driver = await startDriver();
    driver.failing.set('NodePublishVolume', 'no room');
    await vi.waitFor(async () => {
      expect(await cluster.eventsOf('inline')).toContain(
        'Warning FailedMount: MountVolume.SetUp failed for volume "data" : rpc error: code = Internal desc = no room',
      );
    }, TIMEOUT);
    driver.failing.clear();
    await cluster.untilPod('inline', 'to have its volume', isRunning);
    expect(driver.asked('NodeStageVolume')).toEqual([]);
    expect(driver.asked('NodePublishVolume').at(-1)).toMatchObject({
      volumeId: expect.stringMatching(/^csi-[0-9a-f]{64}$/),
      volumeContext: { size: '1', 'csi.storage.k8s.io/ephemeral': 'true' },
    });
    expect((await node()).status.volumesInUse ?? []).toEqual([]);
    await cluster.client.delete(Pod, { name: 'inline', namespace: 'default' });
    await cluster.untilGone('inline');
    expect(await mountsBelow()).toEqual([]);
  }, 300_000);
});
