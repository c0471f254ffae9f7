import { expect, it } from 'vitest';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import type { Pod } from '../pod.ts';
import { podOf, type SpecInput } from '../testing/pod-fixtures.ts';
import { StorageLimits } from './storage-limits.ts';

class TestNode {
  nowMs = 0;
  costMs = 0;
  readonly used = new Map<string, number>();
  readonly pods: Pod[] = [];
  readonly measured: string[] = [];
  readonly said: string[] = [];
  readonly limits = new StorageLimits({
    clock: { now: () => this.nowMs, monotonicMs: () => this.nowMs, cpuMs: () => 0 },
    log: silentLogger,
    pods: () =>
      this.pods.map(pod => ({
        pod,
        expel: async ({ reason, message, disruption, graceMs }) =>
          void this.said.push(`${pod.metadata.name} ${reason} ${graceMs} ${disruption}: ${message}`),
      })),
    storage: async ({ metadata }) => {
      this.nowMs += this.costMs;
      this.measured.push(metadata.name);
      const bytes = this.used.get(metadata.name);
      if (bytes === undefined) throw new Error('it is gone');
      return { bytes, inodes: 1, containers: new Map(), volumes: new Map([['scratch', bytes]]) };
    },
  });

  add(name: string, used: number | undefined, spec: Partial<SpecInput> = LIMITED): void {
    const pod = podOf(spec);
    this.pods.push({ ...pod, metadata: { ...pod.metadata, name } });
    if (used !== undefined) this.used.set(name, used);
  }
}
const LIMITED: Partial<SpecInput> = { volumes: [{ name: 'scratch', emptyDir: { sizeLimit: '100' } }] };

it('ends all that are beyond a limit, and measures nobody else', async () => {
  const node = new TestNode();
  node.add('first', 101);
  node.add('gone', undefined);
  node.add('within', 100);
  node.add('unlimited', 1000, {});
  node.add('critical', 1000, { ...LIMITED, priority: 2_000_000_000 });
  node.add('second', 500);
  expect(await node.limits.look()).toBe(true);
  const words = 'Evicted 1000 undefined: Usage of EmptyDir volume "scratch" exceeds the limit "100". ';
  expect(node.said).toEqual([`first ${words}`, `second ${words}`]);
  expect(node.measured).toEqual(['first', 'gone', 'within', 'second']);
});

it('looks the less often the longer it takes', async () => {
  const node = new TestNode();
  node.add('large', 1);
  node.costMs = 1000;
  expect(await node.limits.look()).toBe(false);
  node.nowMs += 19_999;
  await node.limits.look();
  expect(node.measured).toHaveLength(1);
  node.nowMs += 1;
  await node.limits.look();
  expect(node.measured).toHaveLength(2);
});
