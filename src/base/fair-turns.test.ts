import { expect, it } from 'vitest';
import { FairTurns } from './fair-turns.ts';

it('spreads what comes at once over rounds, in order, and lets what is alone go on at once', async () => {
  let nowMs = 0;
  const turns = new FairTurns({ monotonicMs: () => nowMs });
  const order: number[] = [];
  const rounds: number[] = [];
  let round = 0;
  let isOver = false;
  const count = (): void => {
    round++;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const work = async (n: number): Promise<void> => {
    await turns.take('one');
    nowMs += 1;
    order.push(n);
    rounds.push(round);
  };
  await Promise.all(Array.from({ length: 40 }, (_, n) => work(n)));
  isOver = true;
  expect(order).toEqual(Array.from({ length: 40 }, (_, n) => n));
  const perRound = Map.groupBy(rounds, at => at);
  expect(Math.max(...[...perRound.values()].map(({ length }) => length))).toBeLessThanOrEqual(8);
  expect(perRound.size).toBeGreaterThan(3);
  await new Promise(resolve => void setImmediate(resolve));
  let isDone = false;
  void turns.take('one').then(() => (isDone = true));
  await Promise.resolve();
  await Promise.resolve();
  expect(isDone).toBe(true);
});

it('takes askers by turns: one piece does not wait behind all of who came with hundreds', async () => {
  const turns = new FairTurns<string>({ monotonicMs: () => 0 });
  const order: string[] = [];
  const work = async (asker: string): Promise<void> => {
    await turns.take(asker);
    order.push(asker);
  };
  await Promise.all([...Array.from({ length: 200 }, () => work('many')), work('few'), work('few')]);
  // Eight were begun at once, and of the next round every other one is theirs.
  expect(order.flatMap((asker, at) => (asker === 'few' ? [at] : []))).toEqual([9, 11]);
});
