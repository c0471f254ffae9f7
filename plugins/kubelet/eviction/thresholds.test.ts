import { expect, it } from 'vitest';
import { DEFAULT_EVICTION_HARD, readThresholds, shortages, type Signal } from './thresholds.ts';

const seen = (signal: Signal, available: number, capacity = 1000) => ({ signal, available, capacity });

it('are amounts or shares of all there is, and are met below', () => {
  const thresholds = readThresholds({ 'nodefs.available': '12.5%', 'memory.available': '1Ki' });
  expect(shortages(thresholds, [seen('memory.available', 1024), seen('nodefs.available', 125)])).toEqual([]);
  expect(shortages(thresholds, [seen('nodefs.available', 124), seen('memory.available', 1023)])).toEqual([
    { ...seen('memory.available', 1023), limit: 1024 },
    { ...seen('nodefs.available', 124), limit: 125 },
  ]);
});

it('are not met where there is none of it at all', () => {
  const thresholds = readThresholds(DEFAULT_EVICTION_HARD);
  expect(shortages(thresholds, [seen('nodefs.inodesFree', 0, 0)])).toEqual([]);
  expect(shortages(thresholds, [seen('nodefs.inodesFree', 49)])).toHaveLength(1);
});

it.each([
  [{ 'imagefs.free': '1' }, 'unsupported eviction signal imagefs.free'],
  [{ 'memory.available': 'much' }, 'invalid eviction threshold "much"'],
  [{ 'memory.available': '100%' }, 'invalid eviction threshold "100%"'],
])('%j is refused', (given, message) => {
  expect(() => readThresholds(given as unknown as Record<string, string>)).toThrow(message);
});
