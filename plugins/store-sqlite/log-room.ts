import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';
import type { Database, Statement } from 'better-sqlite3';
import { LOG_STEP_BYTES, PAGE_BYTES } from './limits.ts';

/** https://www.sqlite.org/fileformat2.html#the_write_ahead_log */
const HEADER_BYTES = 32;
const FRAME_BYTES = 24 + PAGE_BYTES;
const ZEROS = Buffer.alloc(LOG_STEP_BYTES);

/**
 * Space of the write-ahead log behind its last frame. SQLite writes frames where the log ends and does not mind what
 * the file holds beyond, so a file that was made longer ahead of time takes frames when the disk takes nothing more,
 * and nobody else can have its space meanwhile.
 */
export class LogRoom implements Disposable {
  readonly #database: Database;
  readonly #frames: Statement<[], { readonly log: number }>;
  readonly #reserveBytes: number;
  #file: number | undefined;
  /** What is there for others than the reserve, at least. */
  #bytes = 0;

  constructor(database: Database, reserveBytes: number) {
    this.#database = database;
    this.#reserveBytes = reserveBytes;
    this.#frames = database.prepare('PRAGMA wal_checkpoint(noop)');
  }

  /** Makes the log long enough for so many pages more, and the reserve. Throws ENOSPC where the disk is not. */
  ask(pages: number): void {
    const needed = pages * FRAME_BYTES;
    if (needed > this.#bytes) this.#bytes = this.#lengthen(needed) - this.#reserveBytes;
    this.#bytes -= needed;
  }

  /** The log may begin anew, or has been written to without asking. */
  forget(): void {
    this.#bytes = 0;
  }

  /** Of the log, up to its last frame. */
  writtenBytes(): number {
    return HEADER_BYTES + FRAME_BYTES * Math.max(0, this.#frames.get()?.log ?? 0);
  }

  [Symbol.dispose](): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  /** What lies behind the last frame afterwards. */
  #lengthen(needed: number): number {
    // SQLite locks its log by another file, so that this one may be opened beside it.
    this.#file ??= openSync(`${this.#database.name}-wal`, 'r+');
    const end = this.writtenBytes();
    let { size } = fstatSync(this.#file);
    while (size < end + needed + this.#reserveBytes) size += writeSync(this.#file, ZEROS, 0, ZEROS.length, size);
    return size - end;
  }
}
