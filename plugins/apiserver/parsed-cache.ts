import type { AnyObject } from '../../src/api/object-meta.ts';
import type { ObjectNode } from '../../src/schema/schema.ts';
import { PARSED_BYTES } from './limits.ts';

export interface Parsed {
  readonly revision: number;
  readonly object: AnyObject;
  /** As it is encoded. */
  readonly bytes: number;
  /** By which schema `settleObject` settled it, where it did. */
  readonly settledBy?: ObjectNode;
}

/**
 * Parsed objects by storage key, the newest asked for. Bytes are what is kept of an object; this spares
 * parsing what was just written or read. Two generations: what the older one is asked for moves up.
 */
export class ParsedCache {
  readonly #limitBytes: number;
  #young = new Map<string, Parsed>();
  #old = new Map<string, Parsed>();
  #youngBytes = 0;

  constructor(limitBytes = PARSED_BYTES) {
    this.#limitBytes = limitBytes;
  }

  get(key: string, revision: number): Parsed | undefined {
    const young = this.#young.get(key);
    if (young?.revision === revision) return young;
    const old = this.#old.get(key);
    if (old?.revision !== revision) return undefined;
    if (young === undefined) this.set(key, old);
    return old;
  }

  /** An object older than the one already known does not take its place. */
  set(key: string, parsed: Parsed): void {
    const known = this.#young.get(key);
    if ((known?.revision ?? 0) > parsed.revision) return;
    this.#young.set(key, parsed);
    this.#youngBytes += parsed.bytes - (known?.bytes ?? 0);
    if (this.#youngBytes < this.#limitBytes) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#youngBytes = 0;
  }
}
