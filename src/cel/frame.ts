import type { CelResult } from './cel-value.ts';
import type { Meter } from './meter.ts';

/** One evaluation. */
export interface Frame {
  /** Of the variables that were declared, the one at this place. */
  readonly variable: (place: number) => CelResult;
  /** Values of the variables of comprehensions, each at a place of its own. */
  readonly slots: CelResult[];
  readonly meter: Meter;
}

/** A part of an expression, ready to run. */
export type Code = (frame: Frame) => CelResult;
