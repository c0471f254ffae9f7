import { must } from '../../src/base/must.ts';
import type { Entry } from '../../src/store/store.ts';
import type { LoadedRows, RowNumber } from './load-rows.ts';

/**
 * Rows as entries, each made once, when it is asked for. Values stay views of the chunk they came in: a
 * hundred thousand buffers of their own would take most of the time to open. What a chunk keeps alive is
 * at most what was loaded.
 */
export class LoadedEntries {
  readonly #rows: LoadedRows;
  readonly #made: Entry[] = [];

  constructor(rows: LoadedRows) {
    this.#rows = rows;
  }

  of(row: RowNumber): Entry {
    return (this.#made[row] ??= this.#make(row));
  }

  #make(row: RowNumber): Entry {
    const { keys, revisions, createRevisions, chunkOf, offsets, lengths, chunks } = this.#rows;
    const { buffer, byteOffset } = must(chunks[chunkOf[row] ?? -1], 'a row has its chunk');
    return {
      key: keys[row] ?? '',
      value: Buffer.from(buffer, byteOffset + (offsets[row] ?? 0), lengths[row]),
      createRevision: createRevisions[row] ?? 0,
      modRevision: revisions[row] ?? 0,
    };
  }
}
