/** RFC 3339, as Go's `time.RFC3339` reads it: a zone is required, fractions are allowed. */
const SHAPE = /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;
const LONGEST = 48;

export interface Timestamp {
  /** Whole seconds since the epoch. */
  readonly seconds: number;
  readonly nanos: number;
}

/** `undefined` for what is no moment. */
export function parseTimestamp(text: string): Timestamp | undefined {
  const shape = text.length > LONGEST ? null : SHAPE.exec(text);
  if (shape === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', zone] = shape;
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
  if (Number.isNaN(ms) || Number(day) > daysIn(Number(year), Number(month))) return undefined;
  return { seconds: ms / 1000, nanos: Number(fraction.padEnd(9, '0')) };
}

const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** Whole seconds in UTC: `metav1.Time`. */
export const formatTime = ({ seconds }: Timestamp): string => `${isoSeconds(seconds)}Z`;

/** Six decimals in UTC: `metav1.MicroTime`. */
export const formatMicroTime = ({ seconds, nanos }: Timestamp): string =>
  `${isoSeconds(seconds)}.${String(Math.floor(nanos / 1000)).padStart(6, '0')}Z`;

/** Most times that are written are of one second. */
let latest = { seconds: Number.NaN, text: '' };

function isoSeconds(seconds: number): string {
  if (latest.seconds !== seconds) latest = { seconds, text: new Date(seconds * 1000).toISOString().slice(0, -5) };
  return latest.text;
}

/** `nowMs` as `metav1.Time`. */
export const timeOf = (nowMs: number): string => formatTime({ seconds: Math.floor(nowMs / 1000), nanos: 0 });
/** `nowMs` as `metav1.MicroTime`. */
export const microTimeOf = (nowMs: number): string =>
  formatMicroTime({ seconds: Math.floor(nowMs / 1000), nanos: Math.round((nowMs % 1000) * 1_000_000) });

/** Milliseconds since the epoch; `undefined` for an absent or unreadable moment. */
export function timeMs(text: string | undefined | null): number | undefined {
  const moment = text === undefined || text === null ? undefined : parseTimestamp(text);
  return moment === undefined ? undefined : moment.seconds * 1000 + Math.floor(moment.nanos / 1_000_000);
}
