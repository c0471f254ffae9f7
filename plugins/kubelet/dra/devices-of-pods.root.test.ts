import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { DeviceClass } from '../../kinds/resource/v1/device-class.ts';
import { ResourceClaim } from '../../kinds/resource/v1/resource-claim.ts';
import { ResourceSlice } from '../../kinds/resource/v1/resource-slice.ts';
import { TestDeviceDriver } from '../testing/device-driver.ts';
import { TestCluster } from '../testing/test-cluster.ts';

const DRIVER = 'devices.example.com';
const NODE = 'kubelet-test';
const TIMEOUT = { timeout: 30_000 };
const namespace = 'default';

describe('devices of pods', () => {
  let cluster: TestCluster;
  let driver: TestDeviceDriver;
  const root = () => join(cluster.dataDir, 'kubelet');
  const folder = () => join(cluster.dataDir, 'cdi');
  const recorded = async (): Promise<readonly unknown[]> =>
    JSON.parse(await readFile(join(root(), 'dra_manager_state'), 'utf8')).claims;
  const container = (name: string, script: string, claims: readonly object[]) => ({
    name,
    image: 'docker.io/library/busybox:1.35',
    command: ['sh', '-c', `${script}; exec sleep 1000`],
    resources: { claims: claims as { name: string }[] },
  });
  /** Of the host's log everybody may write, and containers may do nothing with it unless they have it. */
  const probe =
    '[ -c /dev/mine ] && (: > /dev/mine) 2>/dev/null && echo open; mknod /dev/other c 1 11; (: > /dev/other) 2>/dev/null && echo used';

  beforeAll(async () => {
    cluster = await TestCluster.start('pod-subresources', 'scheduler');
    await cluster.down();
    cluster.settings['cdiSpecDirs'] = folder();
    await mkdir(folder());
    await cluster.up();
    driver = await TestDeviceDriver.start({ root: root(), name: DRIVER });
    const { client } = cluster;
    await client.create(DeviceClass, { metadata: { name: 'any' }, spec: {} });
    await client.create(ResourceSlice, {
      metadata: { name: 's' },
      spec: {
        driver: DRIVER,
        nodeName: NODE,
        pool: { name: 'p', generation: 1, resourceSliceCount: 1 },
        devices: [{ name: 'a' }, { name: 'b' }],
      },
    });
    const requests = [{ name: 'r', exactly: { deviceClassName: 'any' } }];
    for (const name of ['log', 'hooked'])
      await client.create(ResourceClaim, { metadata: { name, namespace }, spec: { devices: { requests } } });
    const hooks = [{ hookName: 'createContainer', path: '/bin/false' }];
    const data = join(cluster.dataDir, 'shown');
    await writeFile(data, 'shown\n');
    const script = `sed 's/.*"id":"\\([^"]*\\)".*/\\1/' > ${join(cluster.dataDir, 'hooked')}`;
    const edits = {
      hooks: [{ hookName: 'createRuntime', path: '/bin/sh', args: ['sh', '-c', script], env: ['PATH=/bin:/usr/bin'] }],
      env: ['DEVICE=log'],
      deviceNodes: [{ path: '/dev/mine', hostPath: '/dev/kmsg', permissions: 'w' }],
      mounts: [{ hostPath: data, containerPath: '/etc/shown', options: ['ro', 'bind'] }],
    };
    const devices = [
      { name: 'log', containerEdits: edits },
      { name: 'hooked', containerEdits: { hooks } },
      { name: 'extended', containerEdits: { env: ['DEVICE=extended'] } },
    ];
    const spec = { cdiVersion: '0.6.0', kind: `${DRIVER}/device`, containerEdits: { env: ['ANY=yes'] }, devices };
    await writeFile(join(folder(), 'devices.json'), JSON.stringify(spec));
  });
  afterAll(async () => {
    await driver?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  it('are made ready, and shown to the containers that ask for them alone', async () => {
    const asks = [{ name: 'device', request: 'r' }];
    await cluster.create('user', {
      nodeName: '',
      resourceClaims: [{ name: 'device', resourceClaimName: 'log' }],
      containers: [
        container('asks', `echo $ANY $DEVICE $(cat /etc/shown); ${probe}`, asks),
        container('asks-not', `echo "<$DEVICE>"; ${probe}`, []),
      ],
    });
    const pod = await cluster.untilPod('user', 'to run', ({ status }) => status.phase === 'Running');
    const claim = await cluster.client.get(ResourceClaim, { name: 'log', namespace });
    const called = { namespace, uid: claim.metadata.uid, name: 'log' };
    expect(driver.asked('NodePrepareResources')).toEqual([{ claims: [called] }]);
    await vi.waitFor(async () => {
      expect(await cluster.log('user', { container: 'asks' })).toBe('yes log shown\nopen\nused\n');
      expect(await cluster.log('user', { container: 'asks-not' })).toBe('<>\n');
    }, TIMEOUT);
    const asking = pod.status.containerStatuses?.find(({ name }) => name === 'asks');
    expect(asking?.containerID).toContain((await readFile(join(cluster.dataDir, 'hooked'), 'utf8')).trim());
    expect(await recorded()).toMatchObject([{ ...called, podUids: [pod.metadata.uid], drivers: [DRIVER] }]);
  });

  it('are taken back by a later daemon, once their pod is gone', async () => {
    await cluster.down();
    await cluster.up();
    expect(driver.asked('NodePrepareResources')).toHaveLength(1);
    await cluster.client.delete(Pod, { name: 'user', namespace });
    await cluster.untilGone('user');
    const [asked] = driver.asked('NodePrepareResources');
    expect(driver.asked('NodeUnprepareResources')).toEqual([asked]);
    expect(await recorded()).toEqual([]);
    await vi.waitFor(async () => {
      expect((await cluster.client.get(ResourceClaim, { name: 'log', namespace })).status).toEqual({});
    }, TIMEOUT);
  });

  it('stand for an extended resource, shown to the container that requests it, and are given back with the pod', async () => {
    const [asks, asksNot] = ['asks', 'asks-not'].map(name => container(name, 'echo "<$DEVICE>"', []));
    const limits = { 'deviceclass.resource.kubernetes.io/any': '1' };
    await cluster.create('extended', {
      nodeName: '',
      containers: [{ ...asks, resources: { limits } }, asksNot],
    } as never);
    const pod = await cluster.untilPod('extended', 'to run', ({ status }) => status.phase === 'Running');
    const claim = pod.status.extendedResourceClaimStatus?.resourceClaimName ?? '';
    expect(claim).toMatch(/^extended-extended-resources-/);
    await vi.waitFor(async () => {
      expect(await cluster.log('extended', { container: 'asks' })).toBe('<extended>\n');
      expect(await cluster.log('extended', { container: 'asks-not' })).toBe('<>\n');
    }, TIMEOUT);
    expect(await recorded()).toMatchObject([{ name: claim, podUids: [pod.metadata.uid] }]);
    await cluster.client.delete(Pod, { name: 'extended', namespace });
    await cluster.untilGone('extended');
    expect(await recorded()).toEqual([]);
    await vi.waitFor(async () => {
      const key = { name: claim, namespace };
      await expect(cluster.client.get(ResourceClaim, key)).rejects.toMatchObject({ reason: 'NotFound' });
    }, TIMEOUT);
  });

  it('that cannot be shown keep a container from its start, and those that fail keep a pod, which says so', async () => {
    driver.failing.set('NodePrepareResources', 'no power');
    await cluster.create('hooked', {
      nodeName: '',
      resourceClaims: [{ name: 'device', resourceClaimName: 'hooked' }],
      containers: [container('asks', 'true', [{ name: 'device' }])],
    });
    const told = (event: string) =>
      vi.waitFor(
        async () => expect(await cluster.eventsOf('hooked')).toContainEqual(expect.stringContaining(event)),
        TIMEOUT,
      );
    await told(
      'Warning FailedPrepareDynamicResources: Failed to prepare dynamic resources: prepare dynamic resources: NodePrepareResources: rpc error: code = Internal desc = no power',
    );
    driver.failing.clear();
    await told(
      'unable to start container process: error during container init: error running createContainer hook #0: exit status 1',
    );
    await cluster.client.delete(Pod, { name: 'hooked', namespace });
    await cluster.untilGone('hooked');
  });

  it('are not given to a pod that came here without them', async () => {
    await cluster.create('stranger', {
      resourceClaims: [{ name: 'device', resourceClaimName: 'log' }],
      containers: [container('asks', 'true', [{ name: 'device' }])],
    });
    const { metadata } = await cluster.pod('stranger');
    const { uid } = (await cluster.client.get(ResourceClaim, { name: 'log', namespace })).metadata;
    await vi.waitFor(async () => {
      expect(await cluster.eventsOf('stranger')).toContain(
        `Warning FailedPrepareDynamicResources: Failed to prepare dynamic resources: prepare dynamic resources: pod stranger (${metadata.uid}) is not allowed to use ResourceClaim log (${uid})`,
      );
    }, TIMEOUT);
    expect(await cluster.pod('stranger')).toMatchObject({ status: { phase: 'Pending' } });
  });
});
