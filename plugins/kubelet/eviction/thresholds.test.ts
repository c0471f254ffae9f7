import { expect, it } from 'vitest';
import {
  DEFAULT_EVICTION_HARD,
  readThresholds,
  shortages,
  type EvictionSettings,
  type Observation,
  type Signal,
} from './thresholds.ts';

const seen = (signal: Signal, available: number, capacity = 1000) => ({ signal, available, capacity });
const read = (settings: Partial<EvictionSettings>) =>
  readThresholds({
    evictionHard: {},
    evictionSoft: {},
    evictionSoftGracePeriod: {},
    evictionMinimumReclaim: {},
    ...settings,
  });
const met = (settings: Partial<EvictionSettings>, observations: readonly Observation[], isHeld = false) =>
  shortages(read(settings), observations, () => isHeld).map(
    ({ signal, limit, threshold: { graceMs } }) => `${signal} ${limit} ${graceMs}`,
  );

it('are amounts or shares of all there is, and are met below', () => {
  const evictionHard = { 'nodefs.available': '12.5%', 'memory.available': '1Ki' };
  expect(met({ evictionHard }, [seen('memory.available', 1024), seen('nodefs.available', 125)])).toEqual([]);
  expect(met({ evictionHard }, [seen('nodefs.available', 124), seen('memory.available', 1023)])).toEqual([
    'memory.available 1024 0',
    'nodefs.available 125 0',
  ]);
});

it('are soft ones as well, which wait, and memory of these too goes before a disk', () => {
  const settings = {
    evictionHard: { 'nodefs.available': '100' },
    evictionSoft: { 'nodefs.available': '200', 'memory.available': '300' },
    evictionSoftGracePeriod: { 'memory.available': '1m30s', 'nodefs.available': '5s' },
  };
  const observations = [seen('nodefs.available', 99), seen('memory.available', 299)];
  expect(met(settings, observations)).toEqual([
    'memory.available 300 90000',
    'nodefs.available 100 0',
    'nodefs.available 200 5000',
  ]);
});

it('are met until more is free, once pods had to go', () => {
  const settings = {
    evictionHard: { 'memory.available': '100' },
    evictionMinimumReclaim: { 'memory.available': '5%' },
  };
  expect(met(settings, [seen('memory.available', 149)])).toEqual([]);
  expect(met(settings, [seen('memory.available', 149)], true)).toEqual(['memory.available 100 0']);
  expect(met(settings, [seen('memory.available', 150)], true)).toEqual([]);
});

it('are not met where there is none of it at all, nor where none was set', () => {
  expect(met({ evictionHard: DEFAULT_EVICTION_HARD }, [seen('nodefs.inodesFree', 0, 0)])).toEqual([]);
  expect(met({ evictionHard: DEFAULT_EVICTION_HARD }, [seen('nodefs.inodesFree', 49)])).toHaveLength(1);
  expect(met({ evictionHard: { 'memory.available': '0%' } }, [seen('memory.available', 0)])).toEqual([]);
  expect(met({ evictionHard: { 'memory.available': '100%' } }, [seen('memory.available', 0)])).toEqual([]);
});

it.each<[Partial<EvictionSettings>, string]>([
  [{ evictionHard: { 'imagefs.free': '1' } }, 'unsupported eviction signal imagefs.free'],
  [{ evictionMinimumReclaim: { allocatableMemory: '1' } }, 'unsupported eviction signal allocatableMemory'],
  [{ evictionHard: { 'memory.available': 'much' } }, 'invalid eviction threshold "much"'],
  [{ evictionHard: { 'memory.available': '0' } }, 'invalid eviction threshold "0"'],
  [{ evictionHard: { 'memory.available': '101%' } }, 'invalid eviction threshold "101%"'],
  [
    { evictionSoft: { 'memory.available': '1' } },
    'grace period must be specified for the soft eviction threshold memory.available',
  ],
  [
    { evictionSoft: { 'memory.available': '1' }, evictionSoftGracePeriod: { 'memory.available': '-1s' } },
    'invalid eviction grace period specified: -1s, must be a positive value',
  ],
])('%j is refused', (settings, message) => {
  expect(() => read(settings)).toThrow(message);
});
