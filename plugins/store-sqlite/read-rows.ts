import type { Database } from 'better-sqlite3';
import { StoreError } from '../../src/store/store.ts';
import { LOAD_CHUNK_BYTES } from './limits.ts';
import { checksumFrom, headChecksumOf, MAX_WRITES, ORDINAL_BITS } from './row.ts';
import { WAY_BACK } from './way-back.ts';

/** A row without its value, of which it has the length; `null` where the key was deleted. */
export type RowHead = readonly [
  revision: number,
  ordinal: number,
  key: string,
  createRevision: number,
  deadlineMs: number | null,
  checksum: number,
  length: number | null,
];

/** Rows that follow one another, and their values one after another. */
export interface Chunk {
  readonly rows: readonly RowHead[];
  readonly bytes: Buffer;
}

/** Every row in order, each held against its checksum. Throws `Corrupt`, naming the first that does not fit. */
export function* readRows(database: Database, path: string): Generator<Chunk> {
  const heads = database
    .prepare<[number, number], RowHead>(
      `SELECT id >> ${ORDINAL_BITS}, id & ${MAX_WRITES - 1}, key, created, deadline, checksum, length(value)
       FROM changes WHERE id > ${ID} ORDER BY id LIMIT ${READ_ROWS}`,
    )
    .raw();
  const values = valuesOf(database);
  let last: RowHead | undefined = START;
  while (last !== undefined) {
    const read: RowHead[] = heads.all(last[0], last[1]);
    for (const rows of inChunks(read)) {
      const chunk = { rows, bytes: values(rows) };
      verify(chunk, path);
      yield chunk;
    }
    last = read.at(-1);
  }
}

const ID = `((? << ${ORDINAL_BITS}) + ?)`;
const START: RowHead = [0, 0, '', 0, null, 0, null];
/** Many rows at a time cost half of what they cost one by one. */
const READ_ROWS = 512;

/**
 * A buffer for each value would take most of the time, so SQLite lays the values of many rows one after
 * another. It joins text; bytes that are taken for text are not changed by that, whatever they are.
 */
function valuesOf(database: Database): (rows: readonly RowHead[]) => Buffer {
  const joined = database
    .prepare<[number, number, number, number], Buffer | null>(
      `SELECT CAST(group_concat(value, '') AS BLOB)
       FROM (SELECT value FROM changes WHERE id BETWEEN ${ID} AND ${ID} ORDER BY id)`,
    )
    .pluck();
  return rows => {
    const [first, last] = [rows[0] ?? START, rows.at(-1) ?? START];
    return joined.get(first[0], first[1], last[0], last[1]) ?? Buffer.alloc(0);
  };
}

function* inChunks(rows: readonly RowHead[]): Generator<readonly RowHead[]> {
  let from = 0;
  let bytes = 0;
  for (const [index, row] of rows.entries()) {
    const length = row[6] ?? 0;
    if (bytes > 0 && bytes + length > LOAD_CHUNK_BYTES) {
      yield rows.slice(from, index);
      from = index;
      bytes = 0;
    }
    bytes += length;
  }
  if (from < rows.length) yield rows.slice(from);
}

function verify({ rows, bytes }: Chunk, path: string): void {
  let offset = 0;
  for (const [revision, ordinal, key, createRevision, deadlineMs, checksum, length] of rows) {
    const value = length === null ? null : bytes.subarray(offset, (offset += length));
    const head = headChecksumOf({ revision, ordinal, key, createRevision, deadlineMs });
    if (checksumFrom(head, value) === checksum) continue;
    const place = `the row of ${JSON.stringify(key)} at revision ${revision}`;
    throw new StoreError('Corrupt', `${path}: ${place} is damaged. ${WAY_BACK}`);
  }
}
