import Sqlite, { type Database, type Statement } from 'better-sqlite3';
import type { Version } from '../../src/store/batch.ts';
import { StoreError } from '../../src/store/store.ts';
import { writeMeta } from './database.ts';
import {
  BUSY_MS,
  LOG_RESERVE_BYTES,
  PAGE_BYTES,
  RESERVE_BYTES,
  VACUUM_PAGES,
  VACUUM_WHEN_FREE,
  WAL_FILE_BYTES,
} from './limits.ts';
import { LogRoom } from './log-room.ts';
import { unpack, type PackedRows, type WriterOptions } from './protocol.ts';
import { checksumOf, MAX_WRITES, ORDINAL_BITS, type Meta } from './row.ts';

/** Writes groups into the database, each in one SQLite transaction that is synced when `write` returns. */
export class Writer implements Disposable {
  readonly #database: Database;
  readonly #room: LogRoom;
  readonly #quotaPages: number;
  readonly #insert: Statement<unknown[]>;
  readonly #delete: Statement<unknown[]>;
  readonly #checkpointBytes: number;
  readonly #erases: boolean;
  #maxPages = 0;
  /** Since the log was last copied into the database, by whatever process. */
  #appendedBytes: number;

  constructor(database: Database, { quotaBytes, checkpointBytes, erases }: WriterOptions) {
    this.#database = database;
    this.#erases = erases;
    this.#checkpointBytes = checkpointBytes;
    this.#room = new LogRoom(database, LOG_RESERVE_BYTES);
    this.#appendedBytes = this.#room.writtenBytes();
    this.#quotaPages = Math.ceil(quotaBytes / PAGE_BYTES);
    database.pragma('wal_autocheckpoint = 0');
    database.pragma(`journal_size_limit = ${WAL_FILE_BYTES}`);
    const id = `(? << ${ORDINAL_BITS})`;
    this.#insert = database.prepare(
      `INSERT INTO changes (id, key, created, deadline, checksum, value) VALUES (${id} | ?, ?, ?, ?, ?, ?)`,
    );
    this.#delete = database.prepare(
      `DELETE FROM changes WHERE id BETWEEN ${id} AND ${id} + ${MAX_WRITES - 1} AND key = ?`,
    );
  }

  /** Throws `Full` when nothing was written and deletes may still be; any other error is final. */
  write(packed: PackedRows, garbage: readonly Version[], meta: Meta | null): void {
    const hasPut = packed.rows.some(([, , , , , length]) => length >= 0);
    try {
      if (hasPut) this.#room.ask(pagesOf(packed, garbage));
      else this.#room.forget();
      this.#limitTo(hasPut ? this.#quotaPages : this.#quotaPages + RESERVE_BYTES / PAGE_BYTES);
      this.#database.transaction(() => this.#writeRows(packed, garbage, meta)).immediate();
    } catch (error) {
      if (!isFull(error)) throw error;
      throw new StoreError('Full', `the store is full: ${error.message}`, { cause: error });
    }
    this.#appendedBytes += packed.bytes.length + PAGE_BYTES * (2 + garbage.length);
  }

  /** What keeps the files small. Called when nobody waits for an answer; `isTidied`: all that was forgotten is deleted. */
  tidy(isTidied: boolean): void {
    const isDue = this.#appendedBytes >= this.#checkpointBytes || (this.#erases && isTidied);
    if (!isDue) return;
    this.#appendedBytes = 0;
    this.#room.forget();
    const free = Number(this.#database.pragma('freelist_count', { simple: true }));
    const pages = Number(this.#database.pragma('page_count', { simple: true }));
    try {
      if (free > VACUUM_PAGES && free > pages * VACUUM_WHEN_FREE) {
        this.#database.pragma(`incremental_vacuum(${VACUUM_PAGES})`);
      }
      this.#database.pragma('wal_checkpoint(passive)');
      if (this.#erases) this.#cutLog();
    } catch (error) {
      /** The log still holds everything; it is only not copied yet. */
      if (!isFull(error)) throw error;
    }
  }

  /** What was copied lies in the log until that is written over. Somebody who reads it keeps it as it is for now. */
  #cutLog(): void {
    this.#database.pragma('busy_timeout = 0');
    try {
      this.#database.pragma('wal_checkpoint(truncate)');
    } finally {
      this.#database.pragma(`busy_timeout = ${BUSY_MS}`);
    }
    this.#room.ask(0);
  }

  [Symbol.dispose](): void {
    this.#room[Symbol.dispose]();
  }

  #limitTo(pages: number): void {
    if (pages === this.#maxPages) return;
    this.#database.pragma(`max_page_count = ${pages}`);
    this.#maxPages = pages;
  }

  #writeRows(packed: PackedRows, garbage: readonly Version[], meta: Meta | null): void {
    for (const row of unpack(packed)) {
      const { revision, ordinal, key, createRevision, deadlineMs, value } = row;
      this.#insert.run(revision, ordinal, key, createRevision, deadlineMs, checksumOf(row), value);
    }
    for (const { revision, key } of garbage) this.#delete.run(revision, revision, key);
    if (meta !== null) writeMeta(this.#database, meta);
  }
}

/** Of the log, for a group: its rows lie one behind the other, its garbage anywhere. */
const pagesOf = ({ bytes, rows }: PackedRows, garbage: readonly Version[]): number =>
  2 * Math.ceil(bytes.length / PAGE_BYTES) + Math.ceil(rows.length / 32) + garbage.length + 8;

function isFull(error: unknown): error is Error {
  if (error instanceof Sqlite.SqliteError) return error.code === 'SQLITE_FULL';
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
