import { describe, expect, it } from 'vitest';
import { SUGGESTED_LEVELS, MANDATORY_LEVELS } from './bootstrap-levels.ts';
import { concurrencyLimits } from './concurrency-limits.ts';
import { lendSeats, type Borrower } from './lend-seats.ts';
import { SeatDemand, smoothedDemand } from './seat-demand.ts';

const borrower = (nominal: number, min: number, max: number, demand: number, isExempt = false): Borrower => ({
  isExempt,
  limits: { nominal, min, max },
  highest: demand,
  smoothed: demand,
  current: nominal,
});

describe('seats of a server', () => {
  it('are divided by shares, rounded up, with what is lent and borrowed', () => {
    const levels = [...MANDATORY_LEVELS, ...SUGGESTED_LEVELS];
    const limits = concurrencyLimits(
      600,
      levels.map(({ spec }) => spec),
    );
    const told = levels.map(({ metadata }, index) => [metadata.name, ...Object.values(limits[index] ?? {})]);
    // Name, nominal, what is never lent, with all that may be borrowed, what one request may take.
    expect(told).toEqual([
      ['exempt', 0, 0, 600, 0],
      ['catch-all', 13, 13, 613, 0],
      ['system', 74, 50, 674, 12],
      ['node-high', 98, 73, 698, 15],
      ['leader-election', 25, 25, 625, 4],
      ['workload-high', 98, 49, 698, 15],
      ['workload-low', 245, 24, 845, 37],
      ['global-default', 49, 24, 649, 8],
    ]);
  });

  it('are borrowed up to a percentage where that is said', () => {
    const limited = (borrowingLimitPercent: number) => ({
      type: 'Limited',
      limited: {
        nominalConcurrencyShares: 1,
        lendablePercent: 50,
        borrowingLimitPercent,
        limitResponse: { type: 'Reject' },
      },
    });
    expect(concurrencyLimits(10, [limited(0), limited(150)]).map(({ max }) => max)).toEqual([5, 13]);
  });
});

describe('levels', () => {
  it.each<[string, readonly Borrower[], readonly number[]]>([
    [
      'that ask for nothing keep what they do not lend, in proportion',
      [borrower(50, 10, 150, 0), borrower(50, 30, 150, 0)],
      [25, 75],
    ],
    ['that are idle lend to those that are not', [borrower(50, 10, 150, 0), borrower(50, 30, 150, 90)], [10, 90]],
    ['have their own back as soon as they use it', [borrower(50, 10, 150, 50), borrower(50, 30, 150, 90)], [50, 50]],
    ['borrow no more than they may', [borrower(50, 10, 150, 0), borrower(50, 30, 60, 90)], [40, 60]],
    [
      'give way to exempt requests, down to what they do not lend',
      [borrower(0, 0, 100, 70, true), borrower(50, 10, 150, 40), borrower(50, 30, 150, 40)],
      [70, 10, 30],
    ],
  ])('%s', (_name, levels, currents) => {
    expect(lendSeats(levels).currents).toEqual(currents);
  });
});

describe('demand', () => {
  it('is averaged over time, with its highest', () => {
    const demand = new SeatDemand(0);
    demand.set(10, 1000);
    demand.set(0, 2000);
    expect(demand.take(4000)).toEqual({
      highest: 10,
      seen: { highest: 10, average: 2.5, deviation: Math.sqrt(18.75) },
    });
    expect(demand.take(4000)).toEqual({ highest: 0, seen: undefined });
    demand.set(3, 5000);
    expect(demand.take(6000).seen?.average).toBe(1.5);
    demand.set(0, 7000);
    expect(demand.take(60_000, true).highest).toBe(0);
  });

  it('is followed up at once and down in minutes, also over periods in which nobody looked', () => {
    const seen = { average: 0, deviation: 0, highest: 0 };
    expect(smoothedDemand(4, { average: 8, deviation: 2, highest: 12 }, 1)).toBe(10);
    const half = Array.from({ length: 30 }).reduce<number>(before => smoothedDemand(before, seen, 1), 100);
    expect(half).toBeCloseTo(50, 0);
    expect(smoothedDemand(100, seen, 30)).toBeCloseTo(half, 6);
  });
});
