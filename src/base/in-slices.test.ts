import { describe, expect, it } from 'vitest';
import { inSlices } from './in-slices.ts';

describe('work on many things', () => {
  let nowMs = 0;
  const clock = { monotonicMs: (): number => nowMs };
  const rounds = (): { readonly done: number[]; readonly stop: () => void } => {
    const done: number[] = [];
    let isOn = true;
    const count = (): void => {
      done.push(0);
      if (isOn) setImmediate(count);
    };
    setImmediate(count);
    return { done, stop: () => (isOn = false) };
  };

  it('leaves the event loop to others every two milliseconds', async () => {
    const { done, stop } = rounds();
    const order: number[] = [];
    await inSlices(clock, [1, 2, 3, 4, 5, 6], item => {
      order.push(item);
      nowMs += 1;
    });
    stop();
    expect(order).toEqual([1, 2, 3, 4, 5, 6]);
    expect(done.length).toBeGreaterThanOrEqual(3);
  });

  it('is done at once where there is little', async () => {
    const { done, stop } = rounds();
    await inSlices(clock, Array.from({ length: 1000 }), () => undefined);
    stop();
    expect(done).toEqual([]);
  });

  it('ends by what it throws', async () => {
    const seen: number[] = [];
    const work = inSlices(clock, [1, 2, 3], item => {
      seen.push(item);
      if (item === 2) throw new Error('two');
    });
    await expect(work).rejects.toThrow('two');
    expect(seen).toEqual([1, 2]);
  });
});
