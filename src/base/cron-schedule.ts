import { goDurationMs, goDurationProblem } from './go-duration.ts';
import { isTimeZone, msOfWallTime, wallTimeOf, type WallTime } from './zoned-time.ts';

/** When something is due again and again: by fields of a calendar, or every so often. */
export type CronSchedule = CalendarSchedule | { readonly everyMs: number };

interface CalendarSchedule {
  readonly minute: Field;
  readonly hour: Field;
  readonly day: Field;
  readonly month: Field;
  readonly weekday: Field;
  readonly zone: string;
}
interface Field {
  readonly values: ReadonlySet<number>;
  /** It was left open: then of the two kinds of days the other one alone decides. */
  readonly isOpen: boolean;
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const BOUNDS: readonly [Bounds, Bounds, Bounds, Bounds, Bounds] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 6, names: WEEKDAYS },
];

const NAMED: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);
const EVERY = '@every ';
const ZONED = /^(?:CRON_)?TZ=/;

class Problem extends Error {}

/** Reads a schedule as cron of robfig does; answers what is wrong in its words. `zone` is whose clock counts. */
export function parseCronSchedule(text: string, zone = 'UTC'): CronSchedule | { readonly problem: string } {
  try {
    return parse(text, zone);
  } catch (error) {
    if (error instanceof Problem) return { problem: error.message };
    throw error;
  }
}

function parse(text: string, zone: string): CronSchedule {
  if (text === '') throw new Problem('empty spec string');
  if (ZONED.test(text)) return parseZoned(text);
  if (text.startsWith(EVERY)) return parseEvery(text.slice(EVERY.length));
  const named = NAMED.get(text);
  if (text.startsWith('@') && named === undefined) throw new Problem(`unrecognized descriptor: ${text}`);
  const fields = (named ?? text).split(/\s+/).filter(field => field !== '');
  if (fields.length !== BOUNDS.length) {
    throw new Problem(`expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`);
  }
  const [minute, hour, day, month, weekday] = BOUNDS.map((bounds, at) => parseField(fields[at] ?? '', bounds)) as [
    Field,
    Field,
    Field,
    Field,
    Field,
  ];
  return { minute, hour, day, month, weekday, zone };
}

function parseZoned(text: string): CronSchedule {
  const space = text.indexOf(' ');
  // Upstream tells what became of its own program there.
  if (space < 0) throw new Problem('invalid schedule format: runtime error: slice bounds out of range [:-1]');
  const zone = text.slice(text.indexOf('=') + 1, space);
  const known = zone === '' ? 'UTC' : zone;
  if (!isTimeZone(known)) throw new Problem(`provided bad location ${zone}: unknown time zone ${zone}`);
  return parse(text.slice(space).trim(), known);
}

function parseEvery(duration: string): CronSchedule {
  const ms = goDurationMs(duration);
  if (ms === undefined)
    throw new Problem(`failed to parse duration ${EVERY}${duration}: ${goDurationProblem(duration)}`);
  return { everyMs: Math.max(1000, Math.floor(ms / 1000) * 1000) };
}

function parseField(text: string, bounds: Bounds): Field {
  const parts = text
    .split(',')
    .filter(part => part !== '')
    .map(part => parseRange(part, bounds));
  return { values: new Set(parts.flatMap(({ values }) => values)), isOpen: parts.some(({ isOpen }) => isOpen) };
}

function parseRange(text: string, { min, max, names }: Bounds) {
  const [range = '', stepText, ...moreSteps] = text.split('/');
  const [low = '', high, ...moreHighs] = range.split('-');
  const isStar = low === '*' || low === '?';
  if (!isStar && moreHighs.length > 0) throw new Problem(`too many hyphens: ${text}`);
  const start = isStar ? min : parseNumber(low, names);
  let end = isStar ? max : high === undefined ? start : parseNumber(high, names);
  if (moreSteps.length > 0) throw new Problem(`too many slashes: ${text}`);
  const step = stepText === undefined ? 1 : parseNumber(stepText);
  if (stepText !== undefined && high === undefined) end = max;
  if (start < min) throw new Problem(`beginning of range (${start}) below minimum (${min}): ${text}`);
  if (end > max) throw new Problem(`end of range (${end}) above maximum (${max}): ${text}`);
  if (start > end) throw new Problem(`beginning of range (${start}) beyond end of range (${end}): ${text}`);
  if (step === 0) throw new Problem(`step of range should be a positive number: ${text}`);
  const values: number[] = [];
  for (let value = start; value <= end; value += step) values.push(value);
  return { values, isOpen: isStar && step === 1 };
}

function parseNumber(text: string, names: readonly string[] = []): number {
  const named = names.indexOf(text.toLowerCase());
  if (named >= 0) return names === MONTHS ? named + 1 : named;
  const failed = (why: string): Problem =>
    new Problem(`failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: ${why}`);
  if (!/^[-+]?\d+$/.test(text)) throw failed('invalid syntax');
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw failed('value out of range');
  if (value < 0) throw new Problem(`negative number (${value}) not allowed: ${text}`);
  return value;
}

/** Years that are looked through for a time that fits. */
const YEARS = 5;
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * The first time after `afterMs`, in whole seconds; `undefined` where there is none. Hours that a clock skips are
 * passed over, and what it shows twice is met twice where hours are left open, as robfig's cron does.
 */
export function nextTimeMs(schedule: CronSchedule, afterMs: number): number | undefined {
  if ('everyMs' in schedule) return Math.floor(afterMs / SECOND_MS) * SECOND_MS + schedule.everyMs;
  const { zone } = schedule;
  // Seconds are not part of a schedule: each begins with its minute.
  let ms = Math.floor(afterMs / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  const lastYear = wallTimeOf(ms, zone).year + YEARS;
  /** It stands where hours began when it was set; a clock that is set by half an hour leaves it there. */
  let isAligned = false;
  for (;;) {
    const wall = wallTimeOf(ms, zone);
    if (wall.year > lastYear) return undefined;
    const isHour = schedule.hour.values.has(wall.hour);
    if (!schedule.month.values.has(wall.month + 1)) ms = startOf({ ...wall, month: wall.month + 1, day: 1 }, zone);
    else if (!isDay(schedule, wall)) ms = startOf({ ...wall, day: wall.day + 1 }, zone);
    else if (!isHour) ms += HOUR_MS - (isAligned ? 0 : wall.minute * MINUTE_MS);
    else if (!schedule.minute.values.has(wall.minute)) ms += MINUTE_MS;
    else return ms;
    isAligned = true;
  }
}

/** The first moment of that day; where its midnight is skipped, the first one after. */
function startOf(day: WallTime, zone: string): number {
  const ms = msOfWallTime({ ...day, hour: 0, minute: 0, second: 0 }, zone);
  const { hour, minute } = wallTimeOf(ms, zone);
  return hour > 12 ? ms + (24 - hour) * HOUR_MS - minute * MINUTE_MS : ms;
}

function isDay({ day, weekday }: CalendarSchedule, wall: { readonly day: number; readonly weekday: number }): boolean {
  const [byDay, byWeekday] = [day.values.has(wall.day), weekday.values.has(wall.weekday)];
  return day.isOpen || weekday.isOpen ? byDay && byWeekday : byDay || byWeekday;
}
