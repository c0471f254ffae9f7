import { must } from '../../src/base/must.ts';
import { BYTES_PER_CHANGE, type Batch, type Version } from '../../src/store/batch.ts';
import type { Past } from '../../src/store/past.ts';
import type { Change, Revision } from '../../src/store/store.ts';
import { NONE } from './arrange-rows.ts';
import type { Loaded } from './load.ts';
import { DELETED, type RowNumber } from './load-rows.ts';
import type { LoadedEntries } from './loaded-entries.ts';

/** The history among loaded rows. Its batches are made from them when they are read. */
export class LoadedPast implements Past {
  readonly atMs: number;
  readonly #loaded: Loaded;
  readonly #entries: LoadedEntries;
  /** The first row of each batch, and where the last one ends. */
  readonly #starts: readonly RowNumber[];
  readonly #made: Batch[] = [];

  constructor(loaded: Loaded, entries: LoadedEntries, atMs: number) {
    this.#loaded = loaded;
    this.#entries = entries;
    this.atMs = atMs;
    this.#starts = startsOf(loaded);
  }

  get length(): number {
    return this.#starts.length - 1;
  }

  revisionAt(index: number): Revision {
    return this.#loaded.rows.revisions[this.#start(index)] ?? 0;
  }

  bytesAt(index: number): number {
    const { lengths } = this.#loaded.rows;
    let bytes = 0;
    for (let row = this.#start(index); row < this.#start(index + 1); row++) {
      bytes += BYTES_PER_CHANGE + Math.max(0, lengths[row] ?? 0);
    }
    return bytes;
  }

  batchAt(index: number): Batch {
    return (this.#made[index] ??= this.#make(index));
  }

  concerns(index: number, prefix: string): boolean {
    const { keys } = this.#loaded.rows;
    for (let row = this.#start(index); row < this.#start(index + 1); row++) {
      if (keys[row]?.startsWith(prefix) === true) return true;
    }
    return false;
  }

  supersededAt(index: number): readonly Version[] {
    const { keys, revisions, lengths } = this.#loaded.rows;
    const gone: Version[] = [];
    for (let row = this.#start(index); row < this.#start(index + 1); row++) {
      const key = keys[row] ?? '';
      const previous = this.#previous(row);
      if (previous !== undefined) gone.push({ key, revision: revisions[previous] ?? 0 });
      if (lengths[row] === DELETED) gone.push({ key, revision: revisions[row] ?? 0 });
    }
    return gone;
  }

  #make(index: number): Batch {
    const [start, end] = [this.#start(index), this.#start(index + 1)];
    const changes = Array.from({ length: end - start }, (_, place) => this.#change(start + place));
    return { revision: this.revisionAt(index), changes, bytes: this.bytesAt(index), atMs: this.atMs };
  }

  #change(row: RowNumber): Change {
    const { keys, revisions, lengths } = this.#loaded.rows;
    const before = this.#previous(row);
    const previous = before === undefined ? undefined : this.#entries.of(before);
    if (lengths[row] !== DELETED) return { type: 'put', entry: this.#entries.of(row), previous };
    const key = keys[row] ?? '';
    return { type: 'delete', key, previous: must(previous, 'an orphan was refused'), revision: revisions[row] ?? 0 };
  }

  #previous(row: RowNumber): RowNumber | undefined {
    const previous = this.#loaded.previous[row - this.#loaded.first] ?? NONE;
    return previous === NONE ? undefined : previous;
  }

  #start(index: number): RowNumber {
    return must(this.#starts[index], 'a place in the past');
  }
}

function startsOf({ rows: { revisions }, first }: Loaded): readonly RowNumber[] {
  const starts: RowNumber[] = [];
  for (let row = first; row < revisions.length; row++) {
    if (row === first || revisions[row] !== revisions[row - 1]) starts.push(row);
  }
  return [...starts, revisions.length];
}
