import { chmod, mkdir, open, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Database } from 'better-sqlite3';
import Sqlite from 'better-sqlite3';
import { StoreError } from '../../src/store/store.ts';
import { checkStructure, corruptionOf, openForReading, openForWriting, readMeta, writeMeta } from './database.ts';
import { finishRestore, RESTORING, restoredName } from './finish-restore.ts';
import { lockFolder } from './lock.ts';
import { readRows } from './read-rows.ts';
import { ORDINAL_BITS, type Meta } from './row.ts';
import { databasePathIn } from './store-folder.ts';
import { syncAncestors } from './sync-folder.ts';

/** What a verified snapshot or database holds. */
export interface Contents {
  readonly revision: number;
  readonly keys: number;
}

/**
 * Copies a database, also one that a server is writing to, in one step under one read transaction, so
 * that writers neither wait nor make it start over. The copy is one file, verified before it gets its name.
 */
export async function saveSnapshot(databasePath: string, target: string): Promise<Contents> {
  const partial = `${target}.partial`;
  await rm(partial, { force: true });
  await copyDatabase(databasePath, partial);
  standAlone(partial);
  const contents = verifySnapshot(partial);
  await putInPlace(partial, target);
  return contents;
}

async function copyDatabase(from: string, to: string): Promise<void> {
  const database = openForReading(from);
  try {
    await database.backup(to, { progress: () => ALL_PAGES });
  } finally {
    database.close();
  }
  await chmod(to, 0o600);
}
const ALL_PAGES = 0x7fff_ffff;

/** Reads every row and holds it against its checksum. Throws `Corrupt`. */
export function verifySnapshot(path: string): Contents {
  const database = openForReading(path);
  try {
    checkStructure(database, path);
    return contentsOf(database, path);
  } catch (error) {
    throw corruptionOf(error, path);
  } finally {
    database.close();
  }
}

function contentsOf(database: Database, path: string): Contents {
  const keys = new Set<string>();
  let { revision } = readMeta(database, path);
  for (const { rows } of readRows(database, path)) {
    for (const [changed, , key, , , , length] of rows) {
      if (length === null) keys.delete(key);
      else keys.add(key);
      revision = Math.max(revision, changed);
    }
  }
  return { revision, keys: keys.size };
}

/**
 * Puts a snapshot in the place of a stopped server's database; what was there is kept in a folder
 * beside it, which is answered. Revisions go on far above any that was handed out, and nothing of the
 * past can be watched: whoever remembers the lost future is told to list again.
 */
export async function restoreSnapshot(
  snapshot: string,
  folder: string,
  options: { readonly nowMs: number; readonly pid: number },
): Promise<Contents & { readonly keptIn: string | undefined }> {
  verifySnapshot(snapshot);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  syncAncestors(folder);
  using _lock = lockFolder(folder, options.pid);
  finishRestore(folder);
  const fresh = join(folder, RESTORING);
  await copyDatabase(snapshot, fresh);
  const { revision } = verifySnapshot(fresh);
  const leapt = Math.max(revision, newestIn(databasePathIn(folder))) + REVISIONS_LEAPT;
  leap(fresh, { revision: leapt, compacted: leapt });
  const contents = verifySnapshot(fresh);
  const stamp = new Date(options.nowMs).toISOString().replaceAll(':', '-');
  await putInPlace(fresh, join(folder, restoredName(stamp)));
  return { ...contents, keptIn: finishRestore(folder) };
}
/** What etcd's documentation advises for the same purpose (`etcdutl snapshot restore --bump-revision`). */
const REVISIONS_LEAPT = 1_000_000_000;

/** The newest revision of the store that is replaced, as far as it can be read: it is replaced for a reason. */
function newestIn(path: string): number {
  if (!existsSync(path)) return 0;
  try {
    const database = openForReading(path);
    try {
      const newest = database
        .prepare<[], number | null>(`SELECT max(id) >> ${ORDINAL_BITS} FROM changes`)
        .pluck()
        .get();
      return Math.max(newest ?? 0, readMeta(database, path).revision);
    } finally {
      database.close();
    }
  } catch (error) {
    if (error instanceof StoreError || error instanceof Sqlite.SqliteError) return 0;
    throw error;
  }
}

function leap(path: string, meta: Meta): void {
  const database = openForWriting(path);
  try {
    if (meta.revision >= 2 ** (63 - ORDINAL_BITS)) throw new StoreError('Corrupt', `${path}: no revisions are left`);
    database.transaction(() => writeMeta(database, meta))();
  } finally {
    database.close();
  }
  standAlone(path);
}

/** A database in WAL mode may need files beside it; one with a rollback journal is whole by itself. */
function standAlone(path: string): void {
  const database = new Sqlite(path, { fileMustExist: true, timeout: 0 });
  try {
    database.pragma('journal_mode = delete');
  } finally {
    database.close();
  }
}

/** Synced before it gets its name, and the name before this returns. */
async function putInPlace(from: string, to: string): Promise<void> {
  for (const [path, after] of [[from, () => rename(from, to)] as const, [dirname(to), () => undefined] as const]) {
    const file = await open(path, 'r');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    await after();
  }
}
