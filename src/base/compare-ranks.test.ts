import { expect, it } from 'vitest';
import { compareRanks } from './compare-ranks.ts';

it('orders number by number, a whole before its parts', () => {
  const sorted = [[], [0], [0, 2], [0, 10], [1], [1, 0]];
  expect(sorted.toReversed().toSorted(compareRanks)).toEqual(sorted);
});
