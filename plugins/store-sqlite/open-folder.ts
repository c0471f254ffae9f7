import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { StoreError } from '../../src/store/store.ts';
import { openForWriting } from './database.ts';
import { lockFolder } from './lock.ts';
import { checkLog, readLog } from './log-damage.ts';
import { finishRestore } from './finish-restore.ts';
import { databasePathIn } from './store-folder.ts';
import { syncAncestors, syncFolder } from './sync-folder.ts';
import { WAY_BACK } from './way-back.ts';

/** A folder this process alone has open, and its database, all of whose bytes are on the disk. */
export interface OpenFolder extends Disposable {
  readonly path: string;
  readonly database: Database;
}

export function openFolder(folder: string, pid: number): OpenFolder {
  const path = databasePathIn(folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  /** SQLite syncs the folder its files are in, not those above. */
  if (!existsSync(path)) syncAncestors(folder);
  const lock = lockFolder(folder, pid);
  try {
    finishRestore(folder);
    checkHead(path);
    makeLogDurable(path);
    /** A log that the process before removed must not come back. */
    syncFolder(folder);
    const database = openForWriting(path);
    return {
      path,
      database,
      [Symbol.dispose]() {
        database.close();
        lock[Symbol.dispose]();
      },
    };
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

/** SQLite opens a file of a later format for reading only, and would then find no word for what is wrong. */
function checkHead(path: string): void {
  if (!existsSync(path)) return;
  const head = Buffer.alloc(20);
  const file = openSync(path, 'r');
  try {
    readSync(file, head);
  } finally {
    closeSync(file);
  }
  const isDatabase = head.toString('latin1', 0, 16) === 'SQLite format 3\0';
  if (!isDatabase || (head.readUInt8(18) <= 2 && head.readUInt8(19) <= 2)) return;
  throw new StoreError('Corrupt', `${path}: its head names a format that is none. ${WAY_BACK}`);
}

/**
 * The process before may have been killed between a write and its sync, or been told by a sync that it
 * failed, after which the kernel no longer knows what is missing on the disk. Reading would then show
 * what a power cut can still undo; so every byte of the log is written once more and synced.
 */
function makeLogDurable(path: string): void {
  const logPath = `${path}-wal`;
  const log = readLog(logPath);
  if (log.length === 0) return;
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) {
    throw new StoreError('Corrupt', `${path} is gone, but not the log of its changes. ${WAY_BACK}`);
  }
  checkLog(log, logPath);
  const file = openSync(logPath, 'r+');
  try {
    for (let done = 0; done < log.length; ) done += writeSync(file, log, done, log.length - done, done);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
