/** Nanoseconds as Go's `time.Duration` prints them: `1h0m0s`, `1.5s`, `250ms`. */
export function formatGoDuration(nanoseconds: number): string {
  const size = Math.abs(nanoseconds);
  const sign = nanoseconds < 0 ? '-' : '';
  if (size === 0) return '0s';
  if (size < 1e3) return `${sign}${size}ns`;
  if (size < 1e6) return `${sign}${size / 1e3}µs`;
  if (size < 1e9) return `${sign}${size / 1e6}ms`;
  const hours = Math.floor(size / 3.6e12);
  const minutes = Math.floor((size % 3.6e12) / 6e10);
  const seconds = `${(size % 6e10) / 1e9}s`;
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}` : `${sign}${seconds}`;
}

/** Nanoseconds of one of each unit. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['ns', 1],
  ['us', 1e3],
  ['µs', 1e3],
  ['μs', 1e3],
  ['ms', 1e6],
  ['s', 1e9],
  ['m', 6e10],
  ['h', 3.6e12],
]);
const LONGEST_CHARS = 128;
const MAX_NANOSECONDS = 2 ** 63;

/** What is wrong with a duration, as Go's `time.ParseDuration` words it; `undefined` for one that is right. */
export function goDurationProblem(text: string): string | undefined {
  const read = readDuration(text);
  return typeof read === 'string' ? read : undefined;
}

/** Milliseconds, with fractions; `undefined` for what is no duration. */
export function goDurationMs(text: string): number | undefined {
  const read = readDuration(text);
  return typeof read === 'string' ? undefined : read / 1e6;
}

/** Nanoseconds, or what is wrong. */
function readDuration(text: string): number | string {
  const bad = `time: invalid duration ${JSON.stringify(text.slice(0, LONGEST_CHARS))}`;
  const parts = text.replace(/^[-+]/, '');
  if (parts === '0') return 0;
  if (parts === '' || text.length > LONGEST_CHARS) return bad;
  const part = /(\d*)(\.\d*)?([^\d.]*)/y;
  let total = 0;
  while (part.lastIndex < parts.length) {
    const [whole = '', digits = '', fraction = '', unit = ''] = part.exec(parts) ?? [];
    if (whole === '' || (digits === '' && fraction.length < 2)) return bad;
    const nanoseconds = UNITS.get(unit);
    if (unit === '') return `time: missing unit in duration ${JSON.stringify(text)}`;
    if (nanoseconds === undefined)
      return `time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`;
    total += Number(`0${digits}${fraction === '.' ? '' : fraction}`) * nanoseconds;
    if (total > MAX_NANOSECONDS) return bad;
  }
  return text.startsWith('-') ? -total : total;
}
