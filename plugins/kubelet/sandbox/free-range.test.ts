import { describe, expect, it } from 'vitest';
import { freeRange } from './free-range.ts';

const UNIT = 65_536;
const ranges = (...units: readonly (readonly [number, number])[]) =>
  units.map(([first, count]) => ({ first: first * UNIT, count: count * UNIT }));

describe('the range of a pod’s users', () => {
  it.each([
    ['begins above the host’s own', [], 1, 1],
    ['follows those that are taken', ranges([1, 1], [2, 1]), 1, 3],
    ['is where another one was, whatever their order', ranges([3, 1], [1, 1]), 1, 2],
    ['takes no gap that is too small', ranges([1, 1], [3, 1]), 2, 4],
    ['takes one that just fits', ranges([1, 1], [4, 1]), 2, 2],
    ['follows a longer one', ranges([1, 4]), 1, 5],
    ['goes past one that lies in another', ranges([1, 4], [2, 1]), 1, 5],
    ['ignores what is the host’s', ranges([0, 1]), 1, 1],
    ['begins at a whole unit', [{ first: UNIT, count: 10 }], 1, 2],
  ])('%s', (_, taken, units, expected) => {
    expect(freeRange(taken, units * UNIT)).toEqual({ first: expected * UNIT, count: units * UNIT });
  });

  it('lies within what is set aside', () => {
    const [within] = ranges([4, 2]);
    expect(freeRange(ranges([2, 1], [3, 1]), UNIT, within)).toEqual({ first: 4 * UNIT, count: UNIT });
    expect(freeRange(ranges([1, 4]), UNIT, within)).toEqual({ first: 5 * UNIT, count: UNIT });
    expect(freeRange(ranges([4, 2]), UNIT, within)).toBeUndefined();
  });

  it('is not to be had once all are taken', () => {
    expect(freeRange(ranges([1, 32_767]), UNIT)).toBeUndefined();
    expect(freeRange(ranges([1, 32_766]), UNIT)).toEqual({ first: 32_767 * UNIT, count: UNIT });
  });
});
