interface Counted {
  readonly nanoCoreSeconds: number;
  readonly atMs: number;
}

/** How much of a processor is used on average between one look at all counters and the next. */
export class UsageRates {
  #before = new Map<string, Counted>();
  #now = new Map<string, Counted>();

  /** Begins a look; what was not seen in the one before is forgotten. */
  begin(): void {
    this.#before = this.#now;
    this.#now = new Map();
  }

  /** `undefined` where it was not seen before, or only at this very moment. */
  nanoCores(id: string, nanoCoreSeconds: number, atMs: number): number | undefined {
    this.#now.set(id, { nanoCoreSeconds, atMs });
    const before = this.#before.get(id);
    if (before === undefined || atMs <= before.atMs || nanoCoreSeconds < before.nanoCoreSeconds) return undefined;
    return Math.round((nanoCoreSeconds - before.nanoCoreSeconds) / ((atMs - before.atMs) / 1000));
  }
}
