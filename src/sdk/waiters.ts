/** Those who wait for a cache to come to a revision or to lose an object. */
export class Waiters {
  readonly #byUid = new Map<string, (() => void)[]>();
  /** Sorted by revision, the lowest last. */
  readonly #byRevision: { readonly revision: number; readonly resolve: () => void }[] = [];

  reached(resourceVersion: string, current: string): Promise<void> {
    const revision = Number(resourceVersion);
    if (Number(current) >= revision) return Promise.resolve();
    return new Promise(resolve => {
      const place = this.#byRevision.findLastIndex(waiter => waiter.revision >= revision);
      this.#byRevision.splice(place + 1, 0, { revision, resolve });
    });
  }

  removed(uid: string): Promise<void> {
    return new Promise(resolve => {
      const waiting = this.#byUid.get(uid);
      if (waiting === undefined) this.#byUid.set(uid, [resolve]);
      else waiting.push(resolve);
    });
  }

  tellReached(revision: string): void {
    const now = Number(revision);
    for (
      let last = this.#byRevision.at(-1);
      last !== undefined && last.revision <= now;
      last = this.#byRevision.at(-1)
    ) {
      this.#byRevision.pop();
      last.resolve();
    }
  }

  tellRemoved(uid: string): void {
    const waiting = this.#byUid.get(uid);
    this.#byUid.delete(uid);
    for (const resolve of waiting ?? []) resolve();
  }
}
