import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Node } from '../kinds/core/v1/node.ts';
import { memoryLine } from './node/machine.ts';
import { TestCluster } from './testing/test-cluster.ts';

const ROOM_BYTES = 128 * 1024 ** 2;
const image = 'docker.io/library/busybox:1.35';

describe('pods of a node that keeps most of its memory from them', () => {
  let cluster: TestCluster;
  const totalBytes = memoryLine(readFileSync('/proc/meminfo', 'utf8'), 'MemTotal');

  beforeAll(async () => {
    cluster = await TestCluster.start();
    await cluster.down();
    cluster.settings['systemReserved'] = { memory: String(totalBytes - ROOM_BYTES), cpu: '500m', pid: '1000' };
    cluster.settings['evictionHard'] = { 'nodefs.available': '1' };
    await cluster.up();
  });
  afterAll(() => cluster?.[Symbol.asyncDispose]());

  it('together take no more than that: who wants more dies, and nobody else', async () => {
    const { status } = await cluster.client.get(Node, { name: 'kubelet-test' });
    expect(status?.allocatable).toMatchObject({ memory: '128Mi' });
    expect(await cluster.runtime.podsUsage()).toMatchObject({ memoryLimitBytes: ROOM_BYTES });
    const small = { limits: { cpu: '100m', memory: '16Mi' } };
    await cluster.create('calm', {
      containers: [{ name: 'main', image, command: ['sleep', '1000'], resources: small }],
    });
    await cluster.untilPod('calm', 'to run', pod => pod.status.phase === 'Running');
    const hogs = ['one', 'two'];
    for (const name of hogs) {
      const containers = [{ name: 'main', image, command: ['tail', '/dev/zero'] }];
      await cluster.create(name, { restartPolicy: 'Never', containers });
    }
    for (const name of hogs) {
      const hog = await cluster.untilPod(name, 'to end', pod => pod.status.phase === 'Failed');
      const ended = hog.status.containerStatuses?.[0]?.state?.terminated;
      expect(ended).toMatchObject({ reason: 'OOMKilled', exitCode: 137 });
    }
    const { memoryMaxUsageBytes } = await cluster.runtime.podsUsage();
    expect(memoryMaxUsageBytes).toBeGreaterThan(ROOM_BYTES / 2);
    expect(memoryMaxUsageBytes).toBeLessThanOrEqual(ROOM_BYTES);
    const calm = await cluster.pod('calm');
    expect(calm.status.containerStatuses?.[0]).toMatchObject({ restartCount: 0, state: { running: {} } });
    expect(await cluster.exec('calm', ['true'])).toBe(0);
    await expect
      .poll(() => cluster.eventsOf('kubelet-test'), { timeout: 10_000 })
      .toContain('Normal NodeAllocatableEnforced: Updated Node Allocatable limit across pods');
  });
});
