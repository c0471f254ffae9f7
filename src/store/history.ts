import { LruMap } from '../base/lru-map.ts';
import { must } from '../base/must.ts';
import type { OrderedMap } from '../base/ordered-map.ts';
import { keyOf, supersededBy, type Batch, type Version } from './batch.ts';
import { REBUILT_ROOTS, REVISIONS_PER_ROOT, type StoreLimits } from './limits.ts';
import { NO_PAST, type Past } from './past.ts';
import { StoreError, type Change, type Entry, type Revision } from './store.ts';

export type Root = OrderedMap<Entry>;

/**
 * Every batch after `compacted`, and from them the tree as it was at any revision since: changes know what
 * they replaced, so an older tree is made from a newer one. Positions count batches since the store was
 * opened, those of its past first, so that a watcher's place survives trimming.
 */
export class History {
  #past: Past;
  readonly #pastLength: number;
  /** Batches since the store was opened. */
  #kept: Batch[] = [];
  /** Batches ever trimmed; the position of the first one left. */
  #trimmed = 0;
  #bytes = 0;
  #compacted: Revision;
  #newest: Root;
  /** The tree after some of the batches, by their position. */
  readonly #roots = new Map<number, Root>();
  readonly #rebuilt = new LruMap<Revision, Root>(REBUILT_ROOTS);

  /** `newest` is the tree after the last batch of `past`. */
  constructor(compacted: Revision, past: Past, newest: Root) {
    this.#compacted = compacted;
    this.#past = past;
    this.#pastLength = past.length;
    this.#newest = newest;
    for (let index = 0; index < past.length; index++) this.#bytes += past.bytesAt(index);
  }

  get compacted(): Revision {
    return this.#compacted;
  }

  get start(): number {
    return this.#trimmed;
  }

  get end(): number {
    return this.#keptStart + this.#kept.length;
  }

  at(position: number): Batch {
    return position < this.#pastLength ? this.#past.batchAt(position) : this.#keptAt(position);
  }

  /** Whether the batch has a key that starts with `prefix`. */
  concerns(position: number, prefix: string): boolean {
    if (position < this.#pastLength) return this.#past.concerns(position, prefix);
    return this.#keptAt(position).changes.some(change => keyOf(change).startsWith(prefix));
  }

  append(batch: Batch, root: Root): void {
    if (this.end % REVISIONS_PER_ROOT === 0) this.#roots.set(this.end, root);
    this.#kept.push(batch);
    this.#bytes += batch.bytes;
    this.#newest = root;
  }

  /** Position of the first batch after `revision`. */
  positionAfter(revision: Revision): number {
    let low = this.start;
    let high = this.end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#revisionAt(middle) <= revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The tree as it was at `revision`, which is not newer than the last batch. Throws `Compacted`. */
  rootAt(revision: Revision): Root {
    if (revision < this.#compacted) throw compactedError(revision, this.#compacted);
    const known = this.#rebuilt.get(revision);
    if (known !== undefined) return known;
    const root = this.#rootBefore(this.positionAfter(revision));
    this.#rebuilt.set(revision, root);
    return root;
  }

  isOverfull(limits: StoreLimits): boolean {
    return this.end - this.start > limits.historyRevisions || this.#bytes > limits.historyBytes;
  }

  /**
   * How many of the oldest batches the limits no longer keep. Where a bound is reached, an eighth more
   * than needed, so that trimming is not the price of every write.
   */
  excess(limits: StoreLimits, nowMs: number): number {
    const room = this.isOverfull(limits) ? 7 / 8 : 1;
    let bytes = this.#bytes;
    let position = this.start;
    for (; position < this.end; position++) {
      const left = this.end - position;
      const isOver = left > limits.historyRevisions * room || bytes > limits.historyBytes * room;
      if (!isOver && nowMs - this.#atMs(position) < limits.historyMs) break;
      bytes -= this.#bytesAt(position);
    }
    return position - this.start;
  }

  /** Forgets the oldest `count` batches and answers what nobody can read any more. */
  trim(count: number): readonly Version[] {
    if (count === 0) return [];
    const gone: Version[] = [];
    const stop = this.start + count;
    this.#compacted = this.#revisionAt(stop - 1);
    for (let position = this.start; position < stop; position++) {
      this.#bytes -= this.#bytesAt(position);
      for (const version of this.#supersededAt(position)) gone.push(version);
    }
    this.#kept.splice(0, Math.max(0, stop - this.#keptStart));
    this.#trimmed = stop;
    if (stop >= this.#pastLength) this.#past = NO_PAST;
    for (const position of this.#roots.keys()) if (position < stop) this.#roots.delete(position);
    return gone;
  }

  /** Makes `revision` the oldest that can be read, also where no batch has just this revision. */
  compactTo(revision: Revision): readonly Version[] {
    const gone = this.trim(this.positionAfter(revision) - this.start);
    this.#compacted = Math.max(this.#compacted, revision);
    return gone;
  }

  get #keptStart(): number {
    return Math.max(this.#trimmed, this.#pastLength);
  }

  #keptAt(position: number): Batch {
    return must(this.#kept[position - this.#keptStart], 'a position within history');
  }

  #revisionAt(position: number): Revision {
    return position < this.#pastLength ? this.#past.revisionAt(position) : this.#keptAt(position).revision;
  }

  #bytesAt(position: number): number {
    return position < this.#pastLength ? this.#past.bytesAt(position) : this.#keptAt(position).bytes;
  }

  #atMs(position: number): number {
    return position < this.#pastLength ? this.#past.atMs : this.#keptAt(position).atMs;
  }

  #supersededAt(position: number): readonly Version[] {
    return position < this.#pastLength ? this.#past.supersededAt(position) : supersededBy(this.#keptAt(position));
  }

  /** From the next tree that is known; those passed on the way are kept as if they had been when they were new. */
  #rootBefore(position: number): Root {
    let after = Math.ceil((position - 1) / REVISIONS_PER_ROOT) * REVISIONS_PER_ROOT;
    while (after < this.end && !this.#roots.has(after)) after += REVISIONS_PER_ROOT;
    let root = this.#roots.get(after) ?? this.#newest;
    for (let undone = Math.min(after, this.end - 1); undone >= position; undone--) {
      root = undo(root, this.at(undone).changes);
      const before = undone - 1;
      if (before >= this.start && before % REVISIONS_PER_ROOT === 0) this.#roots.set(before, root);
    }
    return root;
  }
}

export function replay(root: Root, changes: readonly Change[]): Root {
  let next = root;
  for (const change of changes) {
    next = change.type === 'put' ? next.set(change.entry.key, change.entry) : next.delete(change.key);
  }
  return next;
}

function undo(root: Root, changes: readonly Change[]): Root {
  let before = root;
  for (const change of changes) {
    const { previous } = change;
    before = previous === undefined ? before.delete(keyOf(change)) : before.set(previous.key, previous);
  }
  return before;
}

export const compactedError = (revision: Revision, compacted: Revision): StoreError =>
  new StoreError('Compacted', `revision ${revision} has been compacted; the oldest kept is ${compacted}`);
