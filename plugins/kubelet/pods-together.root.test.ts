import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Node } from '../kinds/core/v1/node.ts';
import type { Runtime } from '../runtime/contract.ts';
import { cpuWeight } from '../runtime/cpu-weight.ts';
import { PURE_V2 } from '../runtime/testing/test-node.ts';
import { memoryLine } from './node/machine.ts';
import { TestCluster } from './testing/test-cluster.ts';

const ROOM_BYTES = 128 * 1024 ** 2;
const image = 'docker.io/library/busybox:1.35';

/** Of the class of service of the node's pods. */
function weightOf(pods: Pick<Runtime, 'list'>, group: string): number {
  const [container] = pods.list().flatMap(({ containers }) => containers.filter(({ pid }) => pid !== null));
  const own = readFileSync(`/proc/${container?.pid}/cgroup`, 'utf8');
  const [, path = ''] = (PURE_V2 ? /^0::(.*)$/m : /:cpu:(.*)$/m).exec(own) ?? [];
  const [, root = ''] = /^(.*\/kubepods[^/]*)/.exec(path) ?? [];
  const file = PURE_V2 ? `${root}/${group}/cpu.weight` : `/cpu${root}/${group}/cpu.shares`;
  return Number(readFileSync(`/sys/fs/cgroup${file}`, 'utf8'));
}

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
    await cluster.create('asking', {
      containers: [{ name: 'main', image, command: ['sleep', '1000'], resources: { requests: { cpu: '250m' } } }],
    });
    await cluster.untilPod('asking', 'to run', pod => pod.status.phase === 'Running');
    // Of cgroup v1 shares, of v2 the weight that stands for them.
    const [asked, least] = PURE_V2 ? [cpuWeight(256), 1] : [256, 2];
    await expect.poll(() => weightOf(cluster.runtime, 'burstable'), { timeout: 10_000 }).toBe(asked);
    expect(weightOf(cluster.runtime, 'besteffort')).toBe(least);
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
