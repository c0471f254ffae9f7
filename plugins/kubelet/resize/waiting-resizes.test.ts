import { expect, it } from 'vitest';
import { inTurn, WaitingResizes, type PendingResize } from './waiting-resizes.ts';

const pending = (changes: Partial<PendingResize> = {}): PendingResize => ({
  isGrowing: true,
  priority: 0,
  qosClass: 'Burstable',
  sinceMs: 0,
  retry: () => undefined,
  ...changes,
});

it('who waits is asked again in turn, until it waits no more', () => {
  const waiting = new WaitingResizes();
  const asked: string[] = [];
  for (const [uid, priority] of [['low', 1] as const, ['high', 2] as const]) {
    waiting.wait(uid, pending({ priority, retry: () => asked.push(uid) }));
  }
  waiting.retry();
  expect(asked).toEqual(['high', 'low']);
  waiting.settle('high');
  waiting.retry();
  expect(asked).toEqual(['high', 'low', 'low']);
});

it('what one of them gives back while it is asked starts no second round', () => {
  const waiting = new WaitingResizes();
  let asked = 0;
  waiting.wait('a', pending({ retry: () => (asked++, waiting.retry()) }));
  waiting.retry();
  expect(asked).toBe(1);
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
