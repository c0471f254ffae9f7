import { CelError, type CelResult, type CelValue } from './cel-value.ts';
import type { CompiledExpr } from './compile.ts';
import type { Frame } from './frame.ts';
import { Journal } from './journal.ts';
import { Undecided, type AuthorizationCheck } from './library/authorizer.ts';
import { BudgetExceeded, type Meter } from './meter.ts';
import { Paused } from './paused.ts';

export type CelOutcome =
  | { readonly ok: true; readonly value: CelValue; readonly cost: number }
  | { readonly ok: false; readonly error: CelFailure; readonly cost: number };

/** `Undecided`: run again when the check is decided. */
export type CelFailure =
  | { readonly code: 'EvaluationFailed' | 'BudgetExceeded'; readonly message: string }
  | { readonly code: 'Undecided'; readonly message: string; readonly check: AuthorizationCheck };

/**
 * So much of a meter's work is done in one piece, a millisecond or two: whatever an evaluation may cost, others have the
 * processor in between.
 */
export const PIECE = 10_000;

/** One evaluation, in as many pieces as it takes. */
export class CelEvaluation {
  readonly #compiled: CompiledExpr;
  readonly #piece: number;
  readonly #meter: Meter;
  #frame: Frame;
  #restedAt = 0;
  #outcome: CelOutcome | undefined;

  constructor(compiled: CompiledExpr, variable: Frame['variable'], meter: Meter, piece: number) {
    this.#compiled = compiled;
    this.#piece = piece;
    this.#meter = meter;
    const slots = Array.from<CelResult>({ length: compiled.slots }).fill(null);
    this.#frame = { variable, slots, meter, notes: undefined };
    meter.restAt(piece);
  }

  /** All that was done so far, by the same measure as `PIECE`. */
  get work(): number {
    return Math.max(this.#meter.work, this.#restedAt);
  }

  /** The next piece: what it all comes to, or undefined where there is more to do. */
  next(): CelOutcome | undefined {
    this.#outcome ??= this.#run();
    return this.#outcome;
  }

  #run(): CelOutcome | undefined {
    const meter = this.#meter;
    try {
      const value = this.#compiled.code(this.#frame);
      if (!(value instanceof CelError)) return { ok: true, value, cost: meter.cost };
      return { ok: false, error: { code: 'EvaluationFailed', message: value.message }, cost: meter.cost };
    } catch (error) {
      const { cost } = meter;
      if (error instanceof Paused) return this.#rest();
      if (error instanceof BudgetExceeded)
        return { ok: false, error: { code: error.code, message: error.message }, cost };
      if (error instanceof Undecided) {
        return { ok: false, error: { code: error.code, message: error.message, check: error.check }, cost };
      }
      throw error;
    }
  }

  #rest(): undefined {
    const meter = this.#meter;
    this.#restedAt = meter.work;
    meter.rewind();
    // What the first piece did was not noted, and is done once more.
    if (this.#frame.notes === undefined) this.#frame = { ...this.#frame, notes: new Journal(this.#compiled.sites) };
    else meter.restAt(this.#restedAt + this.#piece);
  }
}
