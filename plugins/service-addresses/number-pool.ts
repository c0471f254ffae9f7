import type { Random } from '../../src/base/world.ts';

/**
 * Numbers handed out from a range. The lower part is left to those who ask for a number of their own
 * (KEP-3070, KEP-3668); what is handed out unasked comes from above it, and from it only when nothing else is left.
 */
export interface NumberRange {
  readonly first: number;
  readonly size: number;
  readonly reservedForStatic: number;
}

/** Tries at random before the range is searched in order. */
const RANDOM_TRIES = 16;

export function pickFree(range: NumberRange, isTaken: (value: number) => boolean, random: Random): number | undefined {
  const from = range.first + range.reservedForStatic;
  const count = range.size - range.reservedForStatic;
  for (let tries = count > 0 ? RANDOM_TRIES : 0; tries > 0; tries--) {
    const value = from + Math.floor(random.fraction() * count);
    if (!isTaken(value)) return value;
  }
  return firstFree(from, count, isTaken) ?? firstFree(range.first, range.reservedForStatic, isTaken);
}

function firstFree(from: number, count: number, isTaken: (value: number) => boolean): number | undefined {
  for (let value = from; value < from + count; value++) if (!isTaken(value)) return value;
  return undefined;
}

/** min(max(16, size / `divisor`), `most`), and none at all of a small range. */
export function staticBand(size: number, divisor: number, most: number): number {
  const band = Math.min(Math.max(16, Math.floor(size / divisor)), most);
  return size <= 16 ? 0 : Math.min(band, size - 1);
}
