/** Counts what is under way, for who has to wait until nothing is. */
export class UnderWay {
  #count = 0;
  #waiting: (() => void)[] = [];

  /** Counts until `work` settles, as which it comes back. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.#count += 1;
    try {
      return await work;
    } finally {
      this.#count -= 1;
      if (this.#count === 0) for (const resolve of this.#waiting.splice(0)) resolve();
    }
  }

  /** Resolves as soon as nothing is. */
  over(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise(resolve => void this.#waiting.push(resolve));
  }
}
