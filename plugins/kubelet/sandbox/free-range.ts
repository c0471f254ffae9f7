import type { IdRange } from '../../runtime/contract.ts';

/** Ranges begin at multiples of this, and have a multiple of it; what is below is the host's own. */
export const RANGE_UNIT = 65_536;
/** Signed numbers of 32 bits hold all ids below; some programs have no others. */
const END = 2 ** 31;

/** The lowest range of `count` ids that touches none of those taken; `undefined` where there is none. */
export function freeRange(taken: readonly IdRange[], count: number): IdRange | undefined {
  let first = RANGE_UNIT;
  for (const range of taken.toSorted((one, other) => one.first - other.first)) {
    if (range.first >= first + count) break;
    const end = range.first + range.count;
    if (end > first) first = Math.ceil(end / RANGE_UNIT) * RANGE_UNIT;
  }
  return first + count <= END ? { first, count } : undefined;
}
