import type { HeavyLane } from './heavy-lane.ts';
import type { Clock } from './world.ts';

/** A request whose steps took so long is looked at: its further steps are measured by the processor's time... */
const NOTICED_MS = 2;
/** ...and once they took so much of that it is heavy. Others may have kept it from the processor for any time. */
const LIGHT_MS = 2;
/** Many small things are done for so long before others get their turn. */
const SLICE_MS = 2;

/** The work of one request, cut into steps: those of a heavy one go by the lane that all heavy ones share. */
export class Steps {
  readonly #clock: Pick<Clock, 'cpuMs' | 'monotonicMs'>;
  readonly #lane: HeavyLane;
  readonly #user: string;
  #isHeavy = false;
  #tookMs = 0;
  #workedMs = 0;

  constructor(clock: Pick<Clock, 'cpuMs' | 'monotonicMs'>, lane: HeavyLane, user: string) {
    this.#clock = clock;
    this.#lane = lane;
    this.#user = user;
  }

  /** By the size of its body this request is known to be heavy before its first step. */
  expectHeavy(): void {
    this.#isHeavy = true;
  }

  async run<T>(step: () => T): Promise<T> {
    if (this.#isHeavy) return this.#lane.run(this.#user, step);
    return this.#tookMs > NOTICED_MS ? this.#measured(step) : this.#timed(step);
  }

  /** Work that stops by itself now and then. */
  async runThrough(work: { readonly next: () => IteratorResult<unknown, unknown> }): Promise<void> {
    for (let step = await this.run(() => work.next()); step.done !== true; ) step = await this.run(() => work.next());
  }

  /** What is done with each of many, as long at once as a short step takes. */
  async each<T>(items: readonly T[], work: (item: T) => void): Promise<void> {
    const rest = items.values();
    for (let isDone = false; !isDone; ) {
      isDone = await this.run(() => {
        const untilMs = this.#clock.monotonicMs() + SLICE_MS;
        for (let next = rest.next(); next.done !== true; next = rest.next()) {
          work(next.value);
          if (this.#clock.monotonicMs() >= untilMs) return false;
        }
        return true;
      });
    }
  }

  /** By the clock, which costs next to nothing to ask. */
  #timed<T>(step: () => T): T {
    const began = this.#clock.monotonicMs();
    try {
      return step();
    } finally {
      this.#tookMs += this.#clock.monotonicMs() - began;
    }
  }

  #measured<T>(step: () => T): T {
    const began = this.#clock.cpuMs();
    try {
      return step();
    } finally {
      this.#workedMs += this.#clock.cpuMs() - began;
      this.#isHeavy ||= this.#workedMs > LIGHT_MS;
    }
  }
}
