import { LruMap } from '../base/lru-map.ts';
import { CelDuration, CelError, CelTimestamp } from './cel-value.ts';

const SECOND = 1_000_000_000n;
const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1000n],
  ['µs', 1000n],
  ['μs', 1000n],
  ['ms', 1_000_000n],
  ['s', SECOND],
  ['m', 60n * SECOND],
  ['h', 3600n * SECOND],
]);
const MAX_CHARS = 128;
const INT64 = 2n ** 63n;
/** Years 1 to 9999. */
const FIRST = -62_135_596_800n * SECOND;
const LAST = 253_402_300_799n * SECOND + 999_999_999n;

/** As Go's `time.ParseDuration`: `1h30m`, `-1.5s`. */
export function readDuration(text: string): CelDuration | undefined {
  if (text.length > MAX_CHARS) return undefined;
  const parts = text.replace(/^[-+]/, '');
  if (parts === '0') return new CelDuration(0n);
  const part = /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/y;
  let total = 0n;
  while (part.lastIndex < parts.length) {
    const [all, whole = '', fraction = '', unit = ''] = part.exec(parts) ?? [];
    if (all === undefined || (whole === '' && fraction === '')) return undefined;
    const size = UNITS.get(unit) ?? 1n;
    total += BigInt(`0${whole}`) * size + (BigInt(`0${fraction}`) * size) / 10n ** BigInt(fraction.length);
  }
  if (parts === '' || total > INT64) return undefined;
  return durationOf(text.startsWith('-') ? -total : total);
}

export const durationOf = (nanoseconds: bigint): CelDuration | undefined =>
  nanoseconds >= -INT64 && nanoseconds < INT64 ? new CelDuration(nanoseconds) : undefined;

export const timestampOf = (nanoseconds: bigint): CelTimestamp | undefined =>
  nanoseconds >= FIRST && nanoseconds <= LAST ? new CelTimestamp(nanoseconds) : undefined;

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:[.,](\d+))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/** As Go reads RFC 3339. */
export function readTimestamp(text: string): CelTimestamp | undefined {
  const found = text.length > MAX_CHARS ? null : RFC3339.exec(text);
  if (found === null) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  date.setUTCHours(hour, minute, second);
  const offset = found[8] === undefined ? 0 : Number(found[9]) * 60 + Number(found[10]);
  const away = BigInt(found[8] === '-' ? -offset : offset) * 60n * SECOND;
  const fraction = BigInt((found[7] ?? '').padEnd(9, '0').slice(0, 9));
  return timestampOf(BigInt(date.getTime()) * 1_000_000n + fraction - away);
}

/** `2006-01-02`, the day's first moment. */
export const readDate = (text: string): CelTimestamp | undefined =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) ? readTimestamp(`${text}T00:00:00Z`) : undefined;

/** Seconds with as many decimals as there are. */
export function printDuration({ nanoseconds }: CelDuration): string {
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const fraction =
    size % SECOND === 0n
      ? ''
      : `.${String(size % SECOND)
          .padStart(9, '0')
          .replace(/0+$/, '')}`;
  return `${nanoseconds < 0n ? '-' : ''}${size / SECOND}${fraction}s`;
}

export function printTimestamp({ nanoseconds }: CelTimestamp): string {
  const fraction = modulo(nanoseconds, SECOND);
  const [whole = ''] = dateOf(nanoseconds - fraction)
    .toISOString()
    .split('.');
  return `${whole}${fraction === 0n ? '' : `.${String(fraction).padStart(9, '0').replace(/0+$/, '')}`}Z`;
}

const modulo = (a: bigint, b: bigint): bigint => ((a % b) + b) % b;
const dateOf = (nanoseconds: bigint): Date => new Date(Number(nanoseconds / 1_000_000n));

/** A moment as clocks of a place show it. */
export interface ClockParts {
  readonly year: number;
  /** From 0. */
  readonly month: number;
  /** From 1. */
  readonly day: number;
  readonly weekday: number;
  /** From 0. */
  readonly dayOfYear: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
}

/** `zone` is a name of the IANA database or an offset such as `+02:30` or `-9:00`; without one, UTC. */
export function clockParts({ nanoseconds }: CelTimestamp, zone = 'UTC'): ClockParts | CelError {
  const millisecond = Number(modulo(nanoseconds, SECOND) / 1_000_000n);
  const offsetMs = offsetOf(nanoseconds, zone);
  if (offsetMs instanceof CelError) return offsetMs;
  const date = new Date(Number((nanoseconds - modulo(nanoseconds, 1_000_000n)) / 1_000_000n) + offsetMs);
  const newYear = new Date(0);
  newYear.setUTCFullYear(date.getUTCFullYear(), 0, 1);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth(),
    day: date.getUTCDate(),
    weekday: date.getUTCDay(),
    dayOfYear: Math.floor((date.getTime() - newYear.getTime()) / 86_400_000),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    millisecond,
  };
}

function offsetOf(nanoseconds: bigint, zone: string): number | CelError {
  if (zone === 'UTC' || zone === '') return 0;
  const fixed = /^([+-]?)(\d{1,2}):(\d{2})$/.exec(zone);
  if (fixed !== null) return (fixed[1] === '-' ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3])) * 60_000;
  const unknown = new CelError(`unknown time zone ${zone}`);
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(zone) || zone.length > MAX_CHARS) return unknown;
  try {
    return zoneOffset(dateOf(nanoseconds), zone);
  } catch (error) {
    if (error instanceof RangeError) return unknown;
    throw error;
  }
}

const MAX_ZONES = 64;
const zones = new LruMap<string, Intl.DateTimeFormat>(MAX_ZONES);

function zoneOffset(date: Date, timeZone: string): number {
  const format = zones.get(timeZone) ?? new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  zones.set(timeZone, format);
  const name = format.formatToParts(date).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = /GMT([+-])(\d+):(\d+)(?::(\d+))?/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
}
