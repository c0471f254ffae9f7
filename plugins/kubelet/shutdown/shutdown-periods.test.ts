import { expect, it } from 'vitest';
import { groupByPeriod, readShutdownPeriods, wholePeriodMs, type ShutdownSettings } from './shutdown-periods.ts';

const read = (settings: Partial<ShutdownSettings>) =>
  readShutdownPeriods({
    shutdownGracePeriod: '0s',
    shutdownGracePeriodCriticalPods: '0s',
    shutdownGracePeriodByPodPriority: [],
    ...settings,
  });
const period = (priority: number, shutdownGracePeriodSeconds: number) => ({ priority, shutdownGracePeriodSeconds });

it('critical pods have a part of the whole period to themselves, at its end', () => {
  const periods = read({ shutdownGracePeriod: '30s', shutdownGracePeriodCriticalPods: '10s' });
  expect(periods).toEqual([period(0, 20), period(2_000_000_000, 10)]);
  expect(wholePeriodMs(periods)).toBe(30_000);
  expect(read({})).toEqual([]);
});

it('or each priority has its own, and pods between two the lower one’s', () => {
  const periods = read({ shutdownGracePeriodByPodPriority: [period(1000, 2), period(100, 3), period(10, 4)] });
  const groups = groupByPeriod(periods, [-5, 10, 99, 100, 5000], priority => priority);
  expect(groups.map(({ periodMs, pods }) => [periodMs, ...pods])).toEqual([
    [4000, -5, 10, 99],
    [3000, 100],
    [2000, 5000],
  ]);
  expect(groupByPeriod(periods, [500], priority => priority)).toHaveLength(1);
});

it.each<[Partial<ShutdownSettings>, string]>([
  [
    { shutdownGracePeriod: '10s', shutdownGracePeriodCriticalPods: '20s' },
    'invalid configuration: shutdownGracePeriodCriticalPods {20s} must be <= shutdownGracePeriod {10s}',
  ],
  [{ shutdownGracePeriod: '500ms' }, 'shutdownGracePeriod {500ms} must be either zero or otherwise >= 1 sec'],
  [
    { shutdownGracePeriod: '30s', shutdownGracePeriodCriticalPods: '1ms' },
    'shutdownGracePeriodCriticalPods {1ms} must be either zero or otherwise >= 1 sec',
  ],
  [
    { shutdownGracePeriod: '30s', shutdownGracePeriodByPodPriority: [period(0, 1)] },
    'Cannot specify both shutdownGracePeriodByPodPriority and shutdownGracePeriod at the same time',
  ],
])('%j is refused', (settings, message) => {
  expect(() => read(settings)).toThrow(message);
});
