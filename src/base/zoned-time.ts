/** What a clock on the wall shows. Months count from 0, days of the week from Sunday, as in Date. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const NAME = /^[A-Za-z._\-0-9+]{1,14}(?:\/[A-Za-z._\-0-9+]{1,14})*$/;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether the time zone is one of the IANA's, which has no offsets such as `+01:00`. */
export function isTimeZone(name: string): boolean {
  if (!NAME.test(name) || /^[-+]/.test(name)) return false;
  try {
    const { timeZone } = formatOf(name).resolvedOptions();
    return timeZone === name || timeZone.toLowerCase() !== name.toLowerCase();
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** How far the zone is ahead of UTC then. */
export function offsetMs(ms: number, zone: string): number {
  if (zone === 'UTC') return 0;
  const seconds = Math.floor(ms / 1000) * 1000;
  const part = Object.fromEntries(
    formatOf(zone)
      .formatToParts(seconds)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - seconds;
}

export function wallTimeOf(ms: number, zone: string): WallTime & { readonly weekday: number } {
  const wall = new Date(ms + offsetMs(ms, zone));
  return {
    year: wall.getUTCFullYear(),
    month: wall.getUTCMonth(),
    day: wall.getUTCDate(),
    hour: wall.getUTCHours(),
    minute: wall.getUTCMinutes(),
    second: wall.getUTCSeconds(),
    weekday: wall.getUTCDay(),
  };
}

/** When the clock shows that; where it never does, or twice, one of both zones is meant, as in Go's `time.Date`. */
export function msOfWallTime({ year, month, day, hour, minute, second }: WallTime, zone: string): number {
  const asUtc = Date.UTC(year, month, day, hour, minute, second);
  const guess = asUtc - offsetMs(asUtc, zone);
  return asUtc - offsetMs(guess, zone);
}

/** RFC 3339 as the zone's clock shows it. */
export function formatZoned(ms: number, zone: string): string {
  const offset = offsetMs(ms, zone) / 60_000;
  const text = new Date(ms + offset * 60_000).toISOString().slice(0, 19);
  if (offset === 0) return `${text}Z`;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${text}${offset < 0 ? '-' : '+'}${two(Math.abs(offset) / 60)}:${two(Math.abs(offset) % 60)}`;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    const two = '2-digit' as const;
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: two,
      day: two,
      hour: two,
      minute: two,
      second: two,
    });
    formats.set(zone, format);
  }
  return format;
}
