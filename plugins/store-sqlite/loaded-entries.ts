import { must } from '../../src/base/must.ts';
import { isSealed, type AtRest } from '../../src/store/at-rest.ts';
import { sealedEntry } from '../../src/store/sealed-entry.ts';
import type { Entry } from '../../src/store/store.ts';
import type { LoadedRows, RowNumber } from './load-rows.ts';

/**
 * Rows as entries, each made once, when it is asked for. Values stay views of the chunk they came in: a
 * hundred thousand buffers of their own would take most of the time to open. What a chunk keeps alive is
 * at most what was loaded.
 */
export class LoadedEntries {
  readonly #rows: LoadedRows;
  readonly #atRest: AtRest;
  readonly #made: Entry[] = [];

  constructor(rows: LoadedRows, atRest: AtRest) {
    this.#rows = rows;
    this.#atRest = atRest;
  }

  of(row: RowNumber): Entry {
    return (this.#made[row] ??= this.#make(row));
  }

  #make(row: RowNumber): Entry {
    const { keys, revisions, createRevisions, chunkOf, offsets, lengths, chunks } = this.#rows;
    const { buffer, byteOffset } = must(chunks[chunkOf[row] ?? -1], 'a row has its chunk');
    const key = keys[row] ?? '';
    const value = Buffer.from(buffer, byteOffset + (offsets[row] ?? 0), lengths[row]);
    const [createRevision, modRevision] = [createRevisions[row] ?? 0, revisions[row] ?? 0];
    if (!isSealed(value)) return { key, value, createRevision, modRevision };
    return sealedEntry({ key, createRevision, modRevision }, () => this.#atRest.open(key, value));
  }
}
