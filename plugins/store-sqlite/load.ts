import type { Database } from 'better-sqlite3';
import { arrangeRows, type Arrangement } from './arrange-rows.ts';
import { corruptionOf, readMeta } from './database.ts';
import { loadRows, type LoadedRows } from './load-rows.ts';
import type { Meta } from './row.ts';

/** Everything that is in a database, as it goes to the thread of the store. */
export interface Loaded extends Arrangement {
  readonly meta: Meta;
  readonly rows: LoadedRows;
}

/** Throws `Corrupt`. */
export function load(database: Database, path: string): Loaded {
  try {
    const meta = readMeta(database, path);
    const rows = loadRows(database, path);
    return { ...arrangeRows(rows, meta.compacted), meta, rows };
  } catch (error) {
    throw corruptionOf(error, path);
  }
}

/** The memory of it that changes hands when it is sent. */
export function memoryOf({ rows, live, previous, garbage }: Loaded): ArrayBuffer[] {
  const { revisions, createRevisions, deadlinesMs, chunkOf, offsets, lengths, chunks } = rows;
  const columns = [revisions, createRevisions, deadlinesMs, chunkOf, offsets, lengths, live, previous, garbage];
  return [...columns, ...chunks].map(({ buffer }) => buffer);
}
