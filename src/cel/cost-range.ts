/** From the least to the most: of a size, or of a cost. What is larger than `UNBOUNDED` is that. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** 2^64, where upstream's counting ends. */
export const UNBOUNDED = 2 ** 64;

const capped = (value: number): number => Math.min(value, UNBOUNDED);

export const fixed = (value: number): Range => ({ min: value, max: value });
export const NOTHING = fixed(0);
export const ONE = fixed(1);
export const ANY_SIZE: Range = { min: 0, max: UNBOUNDED };

export const add = (...ranges: readonly Range[]): Range => ({
  min: capped(ranges.reduce((sum, { min }) => sum + min, 0)),
  max: capped(ranges.reduce((sum, { max }) => sum + max, 0)),
});
export const multiply = (a: Range, b: Range): Range => ({ min: capped(a.min * b.min), max: capped(a.max * b.max) });
export const union = (a: Range, b: Range): Range => ({ min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) });
/** Rounded up. */
export const scaled = ({ min, max }: Range, factor: number): Range => ({
  min: capped(Math.ceil(min * factor)),
  max: capped(Math.ceil(max * factor)),
});
