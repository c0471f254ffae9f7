/** Work on the same thing, one after the other in the order it was asked for; on different things, at once. */
export class TurnsByKey {
  readonly #last = new Map<string, Promise<void>>();

  /** What `work` comes to, begun when all that was asked for before it on `key` has settled. */
  take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    const run = before === undefined ? work() : before.then(work);
    const settled = run.then(ignore, ignore);
    this.#last.set(key, settled);
    void settled.then(() => {
      if (this.#last.get(key) === settled) this.#last.delete(key);
    });
    return run;
  }

  get size(): number {
    return this.#last.size;
  }
}

const ignore = (): void => undefined;
