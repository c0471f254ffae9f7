import type { Version } from '../../src/store/batch.ts';
import type { StoreErrorCode } from '../../src/store/store.ts';
import type { Loaded } from './load.ts';
import type { Meta, Row } from './row.ts';

export interface WriterOptions {
  readonly folder: string;
  readonly quotaBytes: number;
  /** The log is copied into the database after about so much was appended to it. */
  readonly checkpointBytes: number;
  /** What is forgotten is overwritten, and the log that it was in cut off. */
  readonly erases: boolean;
}

/** What the store's thread is started with. */
export interface ThreadData extends WriterOptions {
  readonly pid: number;
}

/** Rows whose values lie one after another in `bytes`, which changes hands with the message. */
export interface PackedRows {
  readonly rows: readonly PackedRow[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}
/** `length` is -1 for a deleted key. */
export type PackedRow = readonly [
  revision: number,
  ordinal: number,
  key: string,
  createRevision: number,
  deadlineMs: number | null,
  length: number,
];

export type ToThread =
  | {
      readonly type: 'write';
      readonly packed: PackedRows;
      readonly garbage: readonly Version[];
      readonly meta: Meta | null;
      /** It is the end of what is there to be tidied up. */
      readonly isTidied: boolean;
    }
  | { readonly type: 'close' };

export type FromThread =
  | { readonly type: 'opened'; readonly loaded: Loaded }
  | { readonly type: 'written' | 'closed' }
  | { readonly type: 'refused'; readonly code: StoreErrorCode; readonly message: string };

export function pack(rows: readonly Row[]): PackedRows {
  let length = 0;
  for (const { value } of rows) length += value?.length ?? 0;
  const bytes = new Uint8Array(length);
  let offset = 0;
  const packed = rows.map((row): PackedRow => {
    const { revision, ordinal, key, createRevision, deadlineMs, value } = row;
    if (value === null) return [revision, ordinal, key, createRevision, deadlineMs, -1];
    bytes.set(value, offset);
    offset += value.length;
    return [revision, ordinal, key, createRevision, deadlineMs, value.length];
  });
  return { rows: packed, bytes };
}

/** The values are views of the message's bytes. */
export function* unpack({ rows, bytes }: PackedRows): Generator<Row & { readonly value: Buffer | null }> {
  let offset = 0;
  for (const [revision, ordinal, key, createRevision, deadlineMs, length] of rows) {
    const value = length < 0 ? null : Buffer.from(bytes.buffer, bytes.byteOffset + offset, length);
    offset += Math.max(0, length);
    yield { revision, ordinal, key, createRevision, deadlineMs, value };
  }
}
