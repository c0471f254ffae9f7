/**
 * The longest time the event loop was held since `reset`, in milliseconds of CPU: what others have to wait for,
 * whatever else the machine does.
 */
export class LoopHold implements Disposable {
  #worstMs = 0;
  #last = process.threadCpuUsage();
  readonly #timer = setInterval(() => this.#look(), TICK_MS);

  reset(): void {
    this.#look();
    this.#worstMs = 0;
  }

  get worstMs(): number {
    this.#look();
    return this.#worstMs;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const { user, system } = process.threadCpuUsage(this.#last);
    this.#last = process.threadCpuUsage();
    this.#worstMs = Math.max(this.#worstMs, (user + system) / 1000);
  }
}

const TICK_MS = 2;
