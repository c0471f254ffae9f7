import { expect, it } from 'vitest';
import { UsageRates } from './usage-rates.ts';

it('tells what was used on average since the look before, and forgets what that did not see', () => {
  const rates = new UsageRates();
  const look = (nanoCoreSeconds: number, atMs: number): number | undefined => {
    rates.begin();
    return rates.nanoCores('a', nanoCoreSeconds, atMs);
  };
  expect(look(1e9, 1000)).toBeUndefined();
  expect(look(2e9, 3000)).toBe(500_000_000);
  expect(look(2e9, 3000)).toBeUndefined();
  expect(look(1e9, 4000)).toBeUndefined();
  rates.begin();
  expect(look(9e9, 9000)).toBeUndefined();
});
