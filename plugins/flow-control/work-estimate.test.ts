import { describe, expect, it } from 'vitest';
import type { RequestInfo } from '../apiserver/contract.ts';
import { RetryAfter } from './retry-after.ts';
import { getPods } from './testing/test-ticket.ts';
import { WatchCounts } from './watch-counts.ts';
import { beginsWithAll, listWork, ONE_SEAT, writeWork } from './work-estimate.ts';

describe('a list takes', () => {
  it.each<[string, Parameters<typeof listWork>, number]>([
    ['one seat where nothing is known of its kind', [undefined, { limit: 0, isOfOne: false }, 0], 1],
    ['a seat for each 100 kB', [{ count: 400, averageBytes: 1000 }, { limit: 0, isOfOne: false }, 0], 4],
    ['ten at most, as it is held in memory', [{ count: 1e6, averageBytes: 1000 }, { limit: 0, isOfOne: false }, 0], 10],
    [
      'no more than its level lets one request',
      [{ count: 1e6, averageBytes: 1000 }, { limit: 0, isOfOne: false }, 3],
      3,
    ],
    ['less for a page', [{ count: 1e6, averageBytes: 1000 }, { limit: 150, isOfOne: false }, 0], 2],
    ['less for one object', [{ count: 1e6, averageBytes: 1000 }, { limit: 0, isOfOne: true }, 0], 1],
    ['one seat of no objects', [{ count: 0, averageBytes: 0 }, { limit: 0, isOfOne: false }, 0], 1],
  ])('%s', (_name, [stats, asked, maxSeats], expected) => {
    expect(listWork(stats, asked, maxSeats)).toEqual({ initialSeats: expected, finalSeats: 0, extraMs: 0 });
  });

  it.each([
    ['', true],
    ['resourceVersion=0', true],
    ['resourceVersion=7', false],
    ['resourceVersion=7&sendInitialEvents=true', true],
  ])('as many as a watch of %s: %s', (query, expected) => {
    expect(beginsWithAll({ ...getPods, verb: 'watch' }, new URLSearchParams(query))).toBe(expected);
  });
});

describe('a write takes', () => {
  it.each([
    [9, 0, ONE_SEAT],
    [10, 0, { initialSeats: 1, finalSeats: 1, extraMs: 5 }],
    [35, 0, { initialSeats: 1, finalSeats: 4, extraMs: 5 }],
    // As much work, by fewer seats for longer.
    [200, 0, { initialSeats: 1, finalSeats: 10, extraMs: 10 }],
    [200, 4, { initialSeats: 1, finalSeats: 4, extraMs: 25 }],
  ])('for %d watches, %d seats at most: %j', (watches, maxSeats, expected) => {
    expect(writeWork(watches, maxSeats)).toEqual(expected);
  });

  it('what watches of it, its namespace and its kind make', () => {
    const counts = new WatchCounts();
    const watch = (info: Partial<RequestInfo>, query = ''): Disposable =>
      counts.begin({ ...getPods, name: '', ...info, verb: 'watch' }, new URLSearchParams(query));
    const all = watch({ namespace: '' });
    watch({});
    watch({ name: 'p' });
    watch({ name: 'q' });
    watch({ namespace: 'm' });
    watch({ resource: 'secrets' });
    watch({ namespace: '' }, 'fieldSelector=spec.nodeName%3Da');
    expect(counts.concernedBy({ ...getPods, verb: 'update' })).toBe(3);
    expect(counts.concernedBy({ ...getPods, verb: 'create', name: '' })).toBe(2);
    all[Symbol.dispose]();
    expect(counts.concernedBy({ ...getPods, verb: 'update' })).toBe(2);
  });
});

it('who is turned away is told to wait for longer while many are, and for less afterwards', () => {
  const retry = new RetryAfter();
  const seconds: number[] = [];
  for (let second = 100; second < 110; second++) {
    for (let count = 0; count < 20; count++) retry.turnedAway(second * 1000 + count);
    seconds.push(retry.seconds);
  }
  expect(seconds).toEqual([1, 2, 2, 4, 4, 4, 4, 8, 8, 8]);
  for (let second = 200; retry.seconds > 1; second += 50) retry.turnedAway(second * 1000);
  expect(retry.seconds).toBe(1);
});
