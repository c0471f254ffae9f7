import type { CelResult } from './cel-value.ts';
import type { Frame } from './frame.ts';
import type { Meter } from './meter.ts';
import { Paused } from './paused.ts';

/** Work that stops where its meter is tired, and goes on from there. */
export type InSteps<T> = Generator<undefined, T>;

/** A call that may take long. */
export class LongCall {
  readonly #work: InSteps<CelResult>;

  constructor(work: InSteps<CelResult>) {
    this.#work = work;
  }

  /** What it comes to. Throws `Paused` where it rests, noted at `site` for when the evaluation goes on. */
  goOn(site: number, { notes, meter }: Frame): CelResult {
    const step = this.#work.next();
    if (step.done === true) return step.value;
    notes?.keepCall(site, this, meter);
    throw new Paused();
  }
}

/** What a function does that goes through much. */
export const inSteps =
  <A>(work: (args: A, meter: Meter) => InSteps<CelResult>) =>
  (args: A, meter: Meter): LongCall =>
    new LongCall(work(args, meter));
