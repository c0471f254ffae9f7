import type { Database } from 'better-sqlite3';
import { readRows } from './read-rows.ts';

/** A row's number: its place in order of the ids. */
export type RowNumber = number;

/** All rows of a database, column by column: so they change threads without an object for each. */
export interface LoadedRows {
  readonly keys: readonly string[];
  readonly revisions: Float64Array<ArrayBuffer>;
  readonly createRevisions: Float64Array<ArrayBuffer>;
  /** Wall time in milliseconds; NaN where there is none. */
  readonly deadlinesMs: Float64Array<ArrayBuffer>;
  /** Values lie in `chunks`, one of a megabyte or so after another: which, from which byte on, how many. */
  readonly chunkOf: Uint32Array<ArrayBuffer>;
  readonly offsets: Uint32Array<ArrayBuffer>;
  /** `DELETED` where the key was deleted. */
  readonly lengths: Int32Array<ArrayBuffer>;
  readonly chunks: readonly Uint8Array<ArrayBuffer>[];
}

export const DELETED = -1;

/** Verifies every row on the way. */
export function loadRows(database: Database, path: string): LoadedRows {
  const keys: string[] = [];
  const [revisions, createRevisions, deadlinesMs] = [[], [], []] as [number[], number[], number[]];
  const [chunkOf, offsets, lengths] = [[], [], []] as [number[], number[], number[]];
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for (const { rows, bytes } of readRows(database, path)) {
    let offset = 0;
    for (const [revision, , key, createRevision, deadlineMs, , length] of rows) {
      keys.push(key);
      revisions.push(revision);
      createRevisions.push(createRevision);
      deadlinesMs.push(deadlineMs ?? Number.NaN);
      chunkOf.push(chunks.length);
      offsets.push(offset);
      lengths.push(length ?? DELETED);
      offset += length ?? 0;
    }
    chunks.push(ownMemory(bytes));
  }
  return {
    keys,
    revisions: Float64Array.from(revisions),
    createRevisions: Float64Array.from(createRevisions),
    deadlinesMs: Float64Array.from(deadlinesMs),
    chunkOf: Uint32Array.from(chunkOf),
    offsets: Uint32Array.from(offsets),
    lengths: Int32Array.from(lengths),
    chunks,
  };
}

/** Only memory that holds nothing else can change threads. */
function ownMemory(bytes: Buffer): Uint8Array<ArrayBuffer> {
  const { buffer, length } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === length) return new Uint8Array(buffer);
  return Uint8Array.from(bytes);
}
