import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  countIn,
  countShared,
  firstOutside,
  formatIndexes,
  hasIndex,
  parseIndexes,
  withIndexes,
} from './index-intervals.ts';

it.each([
  ['', 9, '', 0],
  ['0-2', 9, '0-2', 3],
  ['0,1', 9, '0,1', 2],
  ['0,1,2,5', 9, '0-2,5', 4],
  ['1-3,x,5', 9, '1-3,5', 4],
  ['1-9,12', 5, '1-4', 4],
])('%j below %d is %j, %d indexes', (text, completions, expected, count) => {
  const intervals = parseIndexes(text, completions);
  expect([formatIndexes(intervals), countIn(intervals)]).toEqual([expected, count]);
});

const indexes = fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { maxLength: 30 });

it('intervals are the set of their indexes, also in words', () => {
  fc.assert(
    fc.property(indexes, indexes, (a, b) => {
      const both = new Set([...a, ...b]);
      const intervals = withIndexes(withIndexes([], a), b);
      expect(countIn(intervals)).toBe(both.size);
      expect(parseIndexes(formatIndexes(intervals), 100)).toEqual(intervals);
      for (let n = 0; n <= 41; n += 1) expect(hasIndex(intervals, n)).toBe(both.has(n));
      expect(countShared(withIndexes([], a), withIndexes([], b))).toBe(a.filter(n => b.includes(n)).length);
    }),
  );
});

it('what is outside is found from below, within completions and count', () => {
  fc.assert(
    fc.property(indexes, fc.nat(45), fc.nat(20), (taken, completions, count) => {
      const free = Array.from({ length: completions }, (_, n) => n).filter(n => !taken.includes(n));
      expect(firstOutside(withIndexes([], taken), count, completions)).toEqual(free.slice(0, count));
    }),
  );
});
