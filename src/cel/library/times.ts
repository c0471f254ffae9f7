import { func, member, type CelFunction } from '../cel-function.ts';
import { clockParts, type ClockParts } from '../cel-time.ts';
import { DURATION, INT, STRING, TIMESTAMP } from '../cel-type.ts';
import { SLOW_CALL } from '../meter.ts';
import { CelError, type CelDuration, type CelResult, type CelTimestamp } from '../cel-value.ts';

type Read = (parts: ClockParts) => number;

const partOf = (moment: CelTimestamp, zone: string, read: Read): CelResult => {
  const parts = clockParts(moment, zone);
  return parts instanceof CelError ? parts : BigInt(read(parts));
};

/** Part of a moment as clocks of a place show it, and of a duration as a whole, in units of so many nanoseconds. */
const part = (name: string, id: string, read: Read, duration?: (of: CelDuration) => bigint): CelFunction =>
  func(
    name,
    member(`timestamp_to_${id}`, [TIMESTAMP], INT, ([moment]) => partOf(moment, 'UTC', read)),
    member(`timestamp_to_${id}_with_tz`, [TIMESTAMP, STRING], INT, ([moment, zone], meter) => {
      meter.step(2 * SLOW_CALL);
      return partOf(moment, zone, read);
    }),
    ...(duration === undefined ? [] : [member(`duration_to_${id}`, [DURATION], INT, ([of]) => duration(of))]),
  );

const units =
  (nanoseconds: bigint) =>
  (of: CelDuration): bigint =>
    of.nanoseconds / nanoseconds;

export const TIME_FUNCTIONS: readonly CelFunction[] = [
  part('getFullYear', 'year', ({ year }) => year),
  part('getMonth', 'month', ({ month }) => month),
  part('getDayOfYear', 'day_of_year', ({ dayOfYear }) => dayOfYear),
  part('getDayOfMonth', 'day_of_month', ({ day }) => day - 1),
  part('getDate', 'day_of_month_1_based', ({ day }) => day),
  part('getDayOfWeek', 'day_of_week', ({ weekday }) => weekday),
  part('getHours', 'hours', ({ hour }) => hour, units(3_600_000_000_000n)),
  part('getMinutes', 'minutes', ({ minute }) => minute, units(60_000_000_000n)),
  part('getSeconds', 'seconds', ({ second }) => second, units(1_000_000_000n)),
  part(
    'getMilliseconds',
    'milliseconds',
    ({ millisecond }) => millisecond,
    of => of.nanoseconds / 1_000_000n,
  ),
];
