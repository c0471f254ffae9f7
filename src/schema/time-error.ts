import { parseTimestamp } from '../base/timestamp.ts';

const PARTS = ['2006', '-', '01', '-', '02', 'T', '15', ':', '04', ':', '05'];
const LAYOUTS = { time: '2006-01-02T15:04:05Z07:00', microTime: '2006-01-02T15:04:05.000000Z07:00' };
const MICRO = '.000000';
const ZONE = 'Z07:00';
/** What a number may be at most, by its place in a layout, and what it is called. */
const LIMITS: ReadonlyMap<string, readonly [number, string]> = new Map([
  ['15', [23, 'hour']],
  ['04', [59, 'minute']],
  ['05', [59, 'second']],
]);
/** Longer texts are told by their start only. */
const SHOWN = 64;

/** What is wrong with a moment, in the words of Go's `time.Parse`; a `microTime` has six decimals, no more and no less. */
export function timeError(kind: 'time' | 'microTime', text: string): string | undefined {
  const isRead = parseTimestamp(text) !== undefined;
  if (isRead && (kind === 'time' || /\.\d{6}(Z|[+-]\d\d:\d\d)$/.test(text))) return undefined;
  const parsing = `parsing time ${JSON.stringify(text.slice(0, SHOWN))}`;
  const problem = problemOf(kind, text.slice(0, SHOWN));
  return 'part' in problem
    ? `${parsing} as "${LAYOUTS[kind]}": cannot parse ${JSON.stringify(problem.rest)} as "${problem.part}"`
    : `${parsing}: ${problem.range}`;
}

type TimeProblem = { readonly rest: string; readonly part: string } | { readonly range: string };

function problemOf(kind: 'time' | 'microTime', text: string): TimeProblem {
  let rest = text;
  for (const part of PARTS) {
    const isNumber = /^\d/.test(part);
    const taken = rest.slice(0, part.length);
    if (isNumber ? taken.length < part.length || !/^\d+$/.test(taken) : taken !== part) return { rest, part };
    const [most, called] = LIMITS.get(part) ?? [Number.POSITIVE_INFINITY, ''];
    if (Number(taken) > most) return { range: `${called} out of range` };
    if (part === '01' && (Number(taken) < 1 || Number(taken) > 12)) return { range: 'month out of range' };
    rest = rest.slice(part.length);
  }
  const fraction = /^[.,]\d+/.exec(rest)?.[0] ?? '';
  if (kind === 'microTime' && fraction.length < MICRO.length) return { rest, part: MICRO };
  rest = rest.slice(kind === 'microTime' ? MICRO.length : fraction.length);
  const zone = /^(?:Z|[+-]\d\d:\d\d)/.exec(rest)?.[0];
  if (zone === undefined) return { rest, part: ZONE };
  const left = rest.slice(zone.length);
  return { range: left === '' ? 'day out of range' : `extra text: ${JSON.stringify(left)}` };
}
