import { RETRY_AFTER_SECONDS } from './limits.ts';

/**
 * How long who is turned away is told to wait: a second, twice as long after each such time in which many were turned
 * away, and a second less after one with few. Looked at whenever somebody is turned away in a new second.
 */
export class RetryAfter {
  #seconds = 1;
  #grownAt = 0;
  #second = 0;
  #count = 0;
  /** By second, oldest first. */
  #history: { readonly second: number; readonly count: number }[] = [];

  get seconds(): number {
    return this.#seconds;
  }

  turnedAway(nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    if (second === this.#second) {
      this.#count += 1;
      return;
    }
    const kept = Math.min(2 * this.#seconds, RETRY_AFTER_SECONDS);
    this.#history.push({ second: this.#second, count: this.#count });
    this.#history = this.#history.filter(past => this.#second - past.second <= kept);
    this.#second = second;
    this.#count = 1;
    this.#adjust(second);
  }

  #adjust(second: number): void {
    const recent = this.#history
      .filter(past => second - past.second <= this.#seconds)
      .reduce((sum, { count }) => sum + count, 0);
    if (second - this.#grownAt >= this.#seconds && recent >= 3 * this.#seconds) {
      this.#seconds = Math.min(2 * this.#seconds, RETRY_AFTER_SECONDS);
      this.#grownAt = second;
    } else if (recent < this.#seconds && this.#seconds > 1) {
      this.#seconds -= 1;
    }
  }
}
