import { expect, it } from 'vitest';
import { inTurn, NodeAllocations, type PendingResize } from './node-allocations.ts';

const taken = (milliCpu: number, memoryBytes = 0) => ({ milliCpu, memoryBytes });
const pending = (changes: Partial<PendingResize> = {}): PendingResize => ({
  isGrowing: true,
  priority: 0,
  qosClass: 'Burstable',
  sinceMs: 0,
  retry: () => undefined,
  ...changes,
});

it('a pod may take what no other has taken, in upstream’s words where it may not', () => {
  const node = new NodeAllocations(taken(1000, 100));
  node.take('a', taken(600, 10));
  node.take('b', taken(300, 90));
  expect(node.shortage('a', taken(700, 10))).toBeUndefined();
  expect(node.shortage('a', taken(701, 10))).toBe(
    "Node didn't have enough resource: cpu, requested: 701, used: 300, capacity: 1000",
  );
  expect(node.shortage('a', taken(0, 11))).toBe(
    "Node didn't have enough resource: memory, requested: 11, used: 90, capacity: 100",
  );
});

it('who waits is asked again when another gives something back or goes, in turn', () => {
  const node = new NodeAllocations(taken(1000));
  const asked: string[] = [];
  const waiting = (uid: string, priority: number) => {
    node.take(uid, taken(100));
    node.wait(uid, pending({ priority, retry: () => asked.push(uid) }));
  };
  waiting('low', 1);
  waiting('high', 2);
  node.take('other', taken(500));
  node.take('other', taken(600));
  expect(asked).toEqual([]);
  node.take('other', taken(400));
  expect(asked).toEqual(['high', 'low']);
  node.settle('high');
  node.release('other');
  expect(asked).toEqual(['high', 'low', 'low']);
  node.release('other');
  expect(asked).toHaveLength(3);
});

it.each<[string, Partial<PendingResize>, Partial<PendingResize>]>([
  ['takes no more', { isGrowing: false }, { priority: 9 }],
  ['has the higher priority', { priority: 2 }, { priority: 1, qosClass: 'Guaranteed' }],
  ['is of the better class', { qosClass: 'Guaranteed', sinceMs: 5 }, {}],
  ['has waited longer', { sinceMs: 1 }, { sinceMs: 2 }],
])('who %s goes first', (_, first, second) => {
  expect(inTurn(pending(first), pending(second))).toBeLessThan(0);
  expect(inTurn(pending(second), pending(first))).toBeGreaterThan(0);
});
