import { expect, it } from 'vitest';
import type { ContainerCounters } from './read-usage.ts';
import { nodeUsage, podUsage } from './usage-between.ts';

const c = (atMs: number, cpuSeconds: number, startedAtMs?: number): ContainerCounters => ({
  name: 'c',
  atMs,
  cpuSeconds,
  memoryBytes: 3 * 1024 * 1024,
  ...(startedAtMs === undefined ? {} : { startedAtMs }),
});
const pair = (earlier: readonly ContainerCounters[], later: readonly ContainerCounters[]) => ({
  earlier: { node: earlier[0], pods: new Map([['n/p', earlier]]) },
  later: { node: later[0], pods: new Map([['n/p', later]]) },
});

it.each<[string, readonly ContainerCounters[], readonly ContainerCounters[], string | undefined]>([
  ['used in between', [c(1000, 5, 0)], [c(3000, 6, 0)], '500000000n'],
  ['idle', [c(1000, 5, 0)], [c(3000, 5, 0)], '0n'],
  ['begun in between', [], [c(3000, 1, 2000)], '1000000000n'],
  ['begun anew in between', [c(1000, 5, 0)], [c(3000, 1, 2000)], '1000000000n'],
  ['new, and nobody knows since when', [], [c(3000, 1)], undefined],
  ['counted back, and nobody knows why', [c(1000, 5)], [c(3000, 1)], undefined],
  ['seen at one moment only', [c(1000, 5, 0)], [c(1000, 5, 0)], undefined],
  ['gone', [c(1000, 5, 0)], [], undefined],
])('a container %s', (_case, earlier, later, expected) => {
  const usage = podUsage(pair(earlier, later), 'n/p')?.get('c');
  expect(usage?.usage).toEqual(expected === undefined ? undefined : { cpu: expected, memory: '3072Ki' });
});

it('leaves out a pod of which one container is not known, and a node that was not seen twice', () => {
  const other = { ...c(3000, 1), name: 'other' };
  expect(podUsage(pair([c(1000, 5, 0)], [c(3000, 6, 0), other]), 'n/p')).toBeUndefined();
  expect(nodeUsage(pair([], [c(3000, 1)]))).toBeUndefined();
  expect(nodeUsage(pair([c(1000, 0)], [c(3000, 1)]))?.usage.cpu).toBe('500000000n');
});
