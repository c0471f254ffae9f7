import { crc32 } from 'node:zlib';

/**
 * One change as it is stored. A database file is a list of changes in order of their ids; an object is
 * the last change of its key. `value` is `null` where the key was deleted.
 */
export interface Row {
  readonly revision: number;
  /** Its place within its transaction, below `MAX_WRITES`. */
  readonly ordinal: number;
  readonly key: string;
  readonly createRevision: number;
  /** Wall time in milliseconds after which the key is to be deleted. */
  readonly deadlineMs: number | null;
  readonly value: Uint8Array | null;
}

/** An id is `revision << ORDINAL_BITS | ordinal`. */
export const ORDINAL_BITS = 10;
export const MAX_WRITES = 1 << ORDINAL_BITS;

/** Over everything in the row, its place included, so that no row passes for another. */
export const checksumOf = (row: Row): number => checksumFrom(headChecksumOf(row), row.value);

/** The part of it that can be told without the value. */
export const headChecksumOf = (row: Omit<Row, 'value'>): number =>
  crc32(`${row.revision} ${row.ordinal} ${row.createRevision} ${row.deadlineMs ?? '-'} ${row.key}\0`);

export const checksumFrom = (head: number, value: Uint8Array | null): number => crc32(value ?? 'deleted', head);

export interface Meta {
  /** The newest revision at the last compaction; rows may be newer. */
  readonly revision: number;
  readonly compacted: number;
}

export const metaChecksumOf = ({ revision, compacted }: Meta): number => crc32(`${revision} ${compacted}`);
