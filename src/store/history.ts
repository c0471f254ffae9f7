import { LruMap } from '../base/lru-map.ts';
import { must } from '../base/must.ts';
import type { OrderedMap } from '../base/ordered-map.ts';
import { REPLAYED_ROOTS, REVISIONS_PER_ROOT, type StoreLimits } from './limits.ts';
import { StoreError, type Change, type Entry, type Revision, type WatchBatch } from './store.ts';

export type Root = OrderedMap<Entry>;

/** One transaction's effect. The tree after it is kept for some batches only. */
export interface Batch extends WatchBatch {
  /** When it was committed, on the clock that never goes back. */
  readonly atMs: number;
  readonly bytes: number;
}

interface Kept {
  readonly batch: Batch;
  readonly root: Root | undefined;
}

/**
 * The recent past: every batch after `compacted`, and from them the tree as it was at any revision
 * since. Positions count batches since the store began, so that a watcher's place survives trimming.
 */
export class History {
  #kept: Kept[] = [];
  /** Batches ever trimmed; the position of the first one kept. */
  #trimmed = 0;
  #bytes = 0;
  #compacted: Revision;
  /** The tree at `compacted`. */
  #base: Root;
  readonly #replayed = new LruMap<Revision, Root>(REPLAYED_ROOTS);

  constructor(compacted: Revision, base: Root) {
    this.#compacted = compacted;
    this.#base = base;
  }

  get compacted(): Revision {
    return this.#compacted;
  }

  get start(): number {
    return this.#trimmed;
  }

  get end(): number {
    return this.#trimmed + this.#kept.length;
  }

  get oldest(): Batch | undefined {
    return this.#kept[0]?.batch;
  }

  at(position: number): Batch {
    return must(this.#kept[position - this.#trimmed], 'a position within history').batch;
  }

  append(batch: Batch, root: Root): void {
    const isMilestone = (this.#trimmed + this.#kept.length) % REVISIONS_PER_ROOT === 0;
    this.#kept.push({ batch, root: isMilestone ? root : undefined });
    this.#bytes += batch.bytes;
  }

  /** Position of the first batch after `revision`. */
  positionAfter(revision: Revision): number {
    let low = 0;
    let high = this.#kept.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (must(this.#kept[middle], 'within bounds').batch.revision <= revision) low = middle + 1;
      else high = middle;
    }
    return this.#trimmed + low;
  }

  /** The tree as it was at `revision`, which is not newer than the last batch. Throws `Compacted`. */
  rootAt(revision: Revision): Root {
    if (revision < this.#compacted) throw compactedError(revision, this.#compacted);
    const known = this.#replayed.get(revision);
    if (known !== undefined) return known;
    const end = this.positionAfter(revision) - this.#trimmed;
    let from = end;
    let root: Root | undefined;
    while (from > 0 && root === undefined) root = this.#kept[--from]?.root;
    if (root === undefined) root = this.#base;
    else from++;
    for (; from < end; from++) root = replay(root, must(this.#kept[from], 'within bounds').batch.changes);
    this.#replayed.set(revision, root);
    return root;
  }

  isOverfull(limits: StoreLimits): boolean {
    return this.#kept.length > limits.historyRevisions || this.#bytes > limits.historyBytes;
  }

  /**
   * How many of the oldest batches the limits no longer keep. Where a bound is reached, an eighth more
   * than needed, so that trimming is not the price of every write.
   */
  excess(limits: StoreLimits, nowMs: number): number {
    const room = this.isOverfull(limits) ? 7 / 8 : 1;
    let count = 0;
    let bytes = this.#bytes;
    for (const { batch } of this.#kept) {
      const left = this.#kept.length - count;
      const isOver = left > limits.historyRevisions * room || bytes > limits.historyBytes * room;
      if (!isOver && nowMs - batch.atMs < limits.historyMs) break;
      bytes -= batch.bytes;
      count++;
    }
    return count;
  }

  /** Forgets the oldest `count` batches and answers them; what they led to becomes the base. */
  trim(count: number): readonly Batch[] {
    const last = this.#kept[count - 1];
    if (last === undefined) return [];
    const base = this.rootAt(last.batch.revision);
    const gone = this.#kept.splice(0, count);
    this.#trimmed += count;
    this.#base = base;
    this.#compacted = last.batch.revision;
    for (const { batch } of gone) this.#bytes -= batch.bytes;
    return gone.map(({ batch }) => batch);
  }

  /** Makes `revision` the oldest that can be read, also where no batch has just this revision. */
  compactTo(revision: Revision): readonly Batch[] {
    const gone = this.trim(this.positionAfter(revision) - this.#trimmed);
    this.#compacted = Math.max(this.#compacted, revision);
    return gone;
  }
}

export function replay(root: Root, changes: readonly Change[]): Root {
  let next = root;
  for (const change of changes) {
    next = change.type === 'put' ? next.set(change.entry.key, change.entry) : next.delete(change.key);
  }
  return next;
}

export const compactedError = (revision: Revision, compacted: Revision): StoreError =>
  new StoreError('Compacted', `revision ${revision} has been compacted; the oldest kept is ${compacted}`);
