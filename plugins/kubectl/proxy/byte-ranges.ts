import type { IncomingHttpHeaders } from 'node:http';

/** Bytes of a file; the last is one of them. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export type AskedRanges =
  | { readonly ranges: readonly ByteRange[] }
  | { readonly problem: string; readonly isBeyond: boolean };

const ALL: AskedRanges = { ranges: [] };
const INVALID: AskedRanges = { problem: 'invalid range', isBeyond: false };
const MAX_RANGES = 1000;

/** The parts of a file that are asked for, none where that is the whole; as Go's net/http reads them. */
export function askedRanges(headers: IncomingHttpHeaders, size: number, modifiedMs: number): AskedRanges {
  const { range = '' } = headers;
  if (range === '' || isOfAnother(headers['if-range'], modifiedMs)) return ALL;
  if (!range.startsWith('bytes=')) return INVALID;
  const parts = range.slice('bytes='.length).split(',', MAX_RANGES);
  const ranges: ByteRange[] = [];
  let isBeyond = false;
  for (const part of parts.map(each => each.trim()).filter(each => each !== '')) {
    const read = readRange(part, size);
    if (read === 'invalid') return INVALID;
    if (read === 'beyond') isBeyond = true;
    else ranges.push(read);
  }
  if (isBeyond && ranges.length === 0) {
    return size === 0 ? ALL : { problem: 'invalid range: failed to overlap', isBeyond: true };
  }
  // More than there is altogether is asked for by nobody who means well.
  return ranges.reduce((sum, { start, end }) => sum + end - start + 1, 0) > size ? ALL : { ranges };
}

/** A file that is not the one the client has parts of is sent as a whole. */
const isOfAnother = (condition: string | string[] | undefined, modifiedMs: number): boolean =>
  typeof condition === 'string' && Date.parse(condition) !== Math.floor(modifiedMs / 1000) * 1000;

function readRange(part: string, size: number): ByteRange | 'invalid' | 'beyond' {
  const [, first = '', last = ''] = /^(\d*)\s*-\s*(\d*)$/.exec(part) ?? [];
  if (first === '' && last === '') return 'invalid';
  if (first === '') return { start: size - Math.min(size, Number(last)), end: size - 1 };
  const start = Number(first);
  if (start >= size) return 'beyond';
  if (last === '') return { start, end: size - 1 };
  return Number(last) < start ? 'invalid' : { start, end: Math.min(size - 1, Number(last)) };
}

export const contentRange = ({ start, end }: ByteRange, size: number): string => `bytes ${start}-${end}/${size}`;

export const lengthOf = ({ start, end }: ByteRange): number => end - start + 1;

/** What stands before each of several parts of an answer, and behind the last. */
export function partHeads(
  ranges: readonly ByteRange[],
  { type, size, boundary }: { readonly type: string; readonly size: number; readonly boundary: string },
): { readonly heads: readonly string[]; readonly tail: string } {
  const heads = ranges.map((range, i) => {
    const before = i === 0 ? '' : '\r\n';
    return `${before}--${boundary}\r\nContent-Range: ${contentRange(range, size)}\r\nContent-Type: ${type}\r\n\r\n`;
  });
  return { heads, tail: `\r\n--${boundary}--\r\n` };
}
