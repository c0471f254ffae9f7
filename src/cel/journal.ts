import type { CelResult } from './cel-value.ts';
import type { Code, Frame, Notes, RestingCall, Sites, Walk } from './frame.ts';
import { NOTHING_SPENT, type Meter, type Spent } from './meter.ts';

type Note =
  | { readonly kind: 'value'; readonly value: CelResult; readonly spent: Spent }
  | { readonly kind: 'call'; readonly call: RestingCall; readonly spent: Spent }
  | { readonly kind: 'walk'; readonly walk: Walk };

/**
 * How an evaluation finds the place where it rested: it is run from its start again, and what was noted is not done
 * again. No part of an expression is evaluated twice in one step of the comprehension around it, so that each has one
 * note at most, which is forgotten with that step.
 */
export class Journal implements Notes {
  readonly #notes: (Note | undefined)[];
  /** What was spent when the innermost part that is noted began. */
  #began = NOTHING_SPENT;

  constructor(sites: number) {
    this.#notes = Array.from<Note | undefined>({ length: sites }).fill(undefined);
  }

  valueOf(site: number, frame: Frame, code: Code): CelResult {
    const { meter } = frame;
    const note = this.#notes[site];
    if (note?.kind === 'value') {
      meter.count(note.spent);
      return note.value;
    }
    const outer = this.#began;
    const began = meter.spent;
    this.#began = began;
    if (note?.kind === 'call') meter.count(note.spent);
    const value = note?.kind === 'call' ? note.call.goOn(site, frame) : code(frame);
    this.#notes[site] = { kind: 'value', value, spent: meter.since(began) };
    this.#began = outer;
    return value;
  }

  keepCall(site: number, call: RestingCall, meter: Meter): void {
    this.#notes[site] = { kind: 'call', call, spent: meter.since(this.#began) };
  }

  walkAt(site: number): Walk | undefined {
    const note = this.#notes[site];
    return note?.kind === 'walk' ? note.walk : undefined;
  }

  keepWalk(site: number, walk: Walk): void {
    this.#notes[site] = { kind: 'walk', walk };
  }

  forget({ from, to }: Sites): void {
    this.#notes.fill(undefined, from, to);
  }
}

/** A part of an expression whose outcome is noted once its evaluation rests. */
export const noted =
  (site: number, code: Code): Code =>
  frame =>
    frame.notes === undefined ? code(frame) : frame.notes.valueOf(site, frame, code);
