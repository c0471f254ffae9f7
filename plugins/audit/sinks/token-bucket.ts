import type { World } from '../../../src/base/world.ts';

/** So many a second, and so many at once after a quiet time. One waits at a time. */
export class TokenBucket {
  readonly #world: Pick<World, 'clock' | 'timers'>;
  readonly #perMs: number;
  readonly #burst: number;
  #left: number;
  #atMs: number;

  constructor(world: Pick<World, 'clock' | 'timers'>, limits: { readonly qps: number; readonly burst: number }) {
    this.#world = world;
    this.#perMs = limits.qps / 1000;
    this.#burst = limits.burst;
    this.#left = limits.burst;
    this.#atMs = world.clock.monotonicMs();
  }

  /** Resolves when it is time for one more. */
  async take(): Promise<void> {
    const nowMs = this.#world.clock.monotonicMs();
    this.#left = Math.min(this.#burst, this.#left + (nowMs - this.#atMs) * this.#perMs);
    this.#atMs = nowMs;
    this.#left -= 1;
    if (this.#left < 0) await this.#world.timers.sleep(-this.#left / this.#perMs);
  }
}
