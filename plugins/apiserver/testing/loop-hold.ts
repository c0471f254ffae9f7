import { hostWorld } from '../../../src/kernel/host-world.ts';

/**
 * How the event loop was held since `reset`, in milliseconds of CPU: what others have to wait for, whatever else
 * the machine does.
 */
export class LoopHold implements Disposable {
  #holdsMs: number[] = [];
  #idleMs = performance.eventLoopUtilization().idle;
  #lastMs = clock.cpuMs();
  readonly #timer = setInterval(() => this.#look(), TICK_MS);

  reset(): void {
    this.#look();
    this.#holdsMs = [];
    this.#idleMs = performance.eventLoopUtilization().idle;
  }

  get worstMs(): number {
    this.#look();
    return this.#holdsMs.reduce((worst, ms) => Math.max(worst, ms), 0);
  }

  /** Of all who come at any time, one in a hundred waits longer than this for the loop to be free. */
  get wait99Ms(): number {
    this.#look();
    const holds = this.#holdsMs.toSorted((a, b) => b - a);
    const timeMs = holds.reduce((sum, ms) => sum + ms, 0) + performance.eventLoopUtilization().idle - this.#idleMs;
    // Who comes within a hold of `ms` waits longer than `x` in `ms - x` of it.
    let [longerMs, count] = [0, 0];
    for (const ms of holds) {
      if (longerMs - count * ms > timeMs / 100) break;
      longerMs += ms;
      count += 1;
    }
    return count === 0 ? 0 : Math.max(0, (longerMs - timeMs / 100) / count);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const ms = clock.cpuMs();
    this.#holdsMs.push(ms - this.#lastMs);
    this.#lastMs = ms;
  }
}

const TICK_MS = 2;
const { clock } = hostWorld();
