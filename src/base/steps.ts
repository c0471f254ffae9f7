import type { HeavyLane } from './heavy-lane.ts';
import type { Clock } from './world.ts';

/** A request whose steps took longer is heavy. */
const LIGHT_MS = 4;

/** The work of one request, cut into steps: those of a heavy one go by the lane that all heavy ones share. */
export class Steps {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #lane: HeavyLane;
  readonly #user: string;
  #isHeavy = false;
  #spentMs = 0;

  constructor(clock: Pick<Clock, 'monotonicMs'>, lane: HeavyLane, user: string) {
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
    const began = this.#clock.monotonicMs();
    try {
      return step();
    } finally {
      this.#spentMs += this.#clock.monotonicMs() - began;
      this.#isHeavy ||= this.#spentMs > LIGHT_MS;
    }
  }
}
