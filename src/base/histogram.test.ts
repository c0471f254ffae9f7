import { expect, it } from 'vitest';
import { Histogram } from './histogram.ts';

it('counts each value under every bound that it does not pass', () => {
  const histogram = Histogram.exponential(1, 2, 3);
  for (const value of [0.5, 1, 3, 9]) histogram.observe(value);
  expect(histogram.cumulative()).toEqual([
    ['1', 2],
    ['2', 2],
    ['4', 3],
    ['+Inf', 4],
  ]);
  expect([histogram.sum, histogram.count]).toEqual([13.5, 4]);
});
