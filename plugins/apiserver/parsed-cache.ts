import type { AnyObject } from '../../src/api/object-meta.ts';
import { PARSED_OBJECTS } from './limits.ts';

interface Parsed {
  readonly revision: number;
  readonly object: AnyObject;
}

/**
 * Parsed objects by storage key, the newest asked for. Bytes are what is kept of an object; this spares
 * parsing what was just written or read. Two generations: what the older one is asked for moves up.
 */
export class ParsedCache {
  readonly #limit: number;
  #young = new Map<string, Parsed>();
  #old = new Map<string, Parsed>();

  constructor(limit = PARSED_OBJECTS) {
    this.#limit = limit;
  }

  get(key: string, revision: number): AnyObject | undefined {
    const young = this.#young.get(key);
    if (young?.revision === revision) return young.object;
    const old = this.#old.get(key);
    if (old?.revision !== revision) return undefined;
    if (young === undefined) this.set(key, revision, old.object);
    return old.object;
  }

  /** An object older than the one already known does not take its place. */
  set(key: string, revision: number, object: AnyObject): void {
    if ((this.#young.get(key)?.revision ?? 0) > revision) return;
    this.#young.set(key, { revision, object });
    if (this.#young.size < this.#limit) return;
    this.#old = this.#young;
    this.#young = new Map();
  }
}
