import type { World } from '../../src/base/world.ts';
import { hostWorld } from '../../src/kernel/host-world.ts';
import type { SeededRandom } from '../../src/sdk/testing/seeded-random.ts';

/** Time that passes only when everything due has been done; what falls due together comes in an order of the seed's. */
export class SimWorld implements Pick<World, 'clock' | 'timers' | 'files'> {
  readonly files = hostWorld().files;
  readonly clock = { now: () => this.#nowMs, monotonicMs: () => this.#nowMs, cpuMs: () => 0 };
  readonly timers = {
    after: (delayMs: number, run: () => void): Disposable => {
      const due = { atMs: this.#nowMs + delayMs, order: this.#random.fraction(), run };
      this.#due.add(due);
      return { [Symbol.dispose]: () => void this.#due.delete(due) };
    },
    every: (): Disposable => {
      throw new Error('nothing in the store does a thing again and again');
    },
    sleep: (delayMs: number): Promise<void> => new Promise(resolve => void this.timers.after(delayMs, () => resolve())),
  };
  readonly #random: SeededRandom;
  readonly #due = new Set<{ readonly atMs: number; readonly order: number; readonly run: () => void }>();
  #nowMs = Date.UTC(2026, 0, 1);

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** Runs until `isOver`, or until nothing is due any more. */
  async run(isOver: () => boolean): Promise<void> {
    for (;;) {
      await settled();
      if (isOver()) return;
      let next: { readonly atMs: number; readonly order: number; readonly run: () => void } | undefined;
      for (const due of this.#due) {
        if (next === undefined || due.atMs < next.atMs || (due.atMs === next.atMs && due.order < next.order))
          next = due;
      }
      if (next === undefined) return;
      this.#due.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.run();
    }
  }
}

const settled = (): Promise<void> => new Promise(resolve => void setImmediate(resolve));
