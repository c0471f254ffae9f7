import type { IdRange } from '../../runtime/contract.ts';

/** Ranges begin at multiples of this, and have a multiple of it; what is below is the host's own. */
export const RANGE_UNIT = 65_536;
/** Signed numbers of 32 bits hold all of them; some programs have no others. */
export const IDS_OF_PODS: IdRange = { first: RANGE_UNIT, count: 2 ** 31 - RANGE_UNIT };

/** The lowest range of `count` ids `within` that touches none of those taken; `undefined` where there is none. */
export function freeRange(taken: readonly IdRange[], count: number, within = IDS_OF_PODS): IdRange | undefined {
  let { first } = within;
  for (const range of taken.toSorted((one, other) => one.first - other.first)) {
    if (range.first >= first + count) break;
    const end = range.first + range.count;
    if (end > first) first = Math.ceil(end / RANGE_UNIT) * RANGE_UNIT;
  }
  return first + count <= within.first + within.count ? { first, count } : undefined;
}
