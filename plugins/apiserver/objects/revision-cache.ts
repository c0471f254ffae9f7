/** What was made of an object of one revision. */
export interface Made {
  readonly revision: number;
  /** What it is taken to weigh. */
  readonly bytes: number;
}

/**
 * What was made of stored objects, by their storage keys, the newest asked for: the bytes of an object are what is
 * kept of it, this spares making the rest again. Two generations: what the older one is asked for moves up.
 */
export class RevisionCache<T extends Made> {
  readonly #limitBytes: number;
  #young = new Map<string, T>();
  #old = new Map<string, T>();
  #youngBytes = 0;

  /** Of each generation. */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get(key: string, revision: number): T | undefined {
    const young = this.#young.get(key);
    if (young?.revision === revision) return young;
    const old = this.#old.get(key);
    if (old?.revision !== revision) return undefined;
    if (young === undefined) this.set(key, old);
    return old;
  }

  /** What is older than the one already known does not take its place. */
  set(key: string, made: T): void {
    const known = this.#young.get(key);
    if ((known?.revision ?? 0) > made.revision) return;
    this.#young.set(key, made);
    this.#youngBytes += made.bytes - (known?.bytes ?? 0);
    if (this.#youngBytes < this.#limitBytes) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#youngBytes = 0;
  }
}
