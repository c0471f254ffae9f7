import type { CelResult } from './cel-value.ts';
import type { Meter, Spent } from './meter.ts';

/** One evaluation. */
export interface Frame {
  /** Of the variables that were declared, the one at this place. */
  readonly variable: (place: number) => CelResult;
  /** Values of the variables of comprehensions, each at a place of its own. */
  readonly slots: CelResult[];
  readonly meter: Meter;
  /** From its first rest on: most evaluations never need one. */
  readonly notes: Notes | undefined;
}

/** A part of an expression, ready to run. */
export type Code = (frame: Frame) => CelResult;

/** What is noted of an evaluation that rests, by sites: parts of the expression, as they were numbered. */
export interface Notes {
  /** What `code` comes to, which is evaluated unless it was already. */
  valueOf(site: number, frame: Frame, code: Code): CelResult;
  /** The call that is evaluated rests. */
  keepCall(site: number, call: RestingCall, meter: Meter): void;
  /** The comprehension that rested here. */
  walkAt(site: number): Walk | undefined;
  keepWalk(site: number, walk: Walk): void;
  forget(sites: Sites): void;
}

export interface RestingCall {
  goOn(site: number, frame: Frame): CelResult;
}

/** How far a comprehension got. */
export interface Walk {
  /** What it goes through; a map's keys beside the map. */
  readonly over: CelResult;
  readonly keys: readonly CelResult[] | undefined;
  index: number;
  gathered: CelResult;
  /** Since it began, up to the step it is at. */
  spent: Spent;
}

export interface Sites {
  readonly from: number;
  /** Not included. */
  readonly to: number;
}
