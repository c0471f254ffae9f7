import type { Clock } from './world.ts';

/** Those that wait at a time are few: containers of one pod. */
const MAX_KNOWN = 64;

/**
 * Waits that end at a time of the wall clock, which may be set meanwhile: none lasts longer than its span, counted by
 * the monotonic clock from when it was first asked about.
 */
export class WallWaits {
  readonly #clock: Clock;
  /** By when it ends: the monotonic time at which it is over at the latest. Oldest first. */
  readonly #latestMs = new Map<number, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How much is left of a wait of `spanMs` that ends at `untilMs`; 0 when it is over. */
  leftMs(untilMs: number, spanMs: number): number {
    const leftMs = untilMs - this.#clock.now();
    if (leftMs <= 0) {
      this.#latestMs.delete(untilMs);
      return 0;
    }
    const nowMs = this.#clock.monotonicMs();
    const latestMs = this.#latestMs.get(untilMs) ?? nowMs + spanMs;
    this.#latestMs.set(untilMs, latestMs);
    const [oldest] = this.#latestMs.keys();
    if (this.#latestMs.size > MAX_KNOWN && oldest !== undefined) this.#latestMs.delete(oldest);
    return Math.max(0, Math.min(leftMs, latestMs - nowMs));
  }
}
