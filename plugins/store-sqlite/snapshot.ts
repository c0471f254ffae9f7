import { chmod, copyFile, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Database } from 'better-sqlite3';
import Sqlite from 'better-sqlite3';
import { StoreError } from '../../src/store/store.ts';
import { corruptionOf, openForReading, openForWriting, readMeta, readRows, writeMeta } from './database.ts';
import { lockFolder } from './lock.ts';
import { ORDINAL_BITS, type Meta } from './row.ts';
import { databasePathIn } from './store-folder.ts';

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
  const database = openForReading(databasePath);
  try {
    await database.backup(partial, { progress: () => ALL_PAGES });
  } finally {
    database.close();
  }
  await chmod(partial, 0o600);
  standAlone(partial);
  const contents = verifySnapshot(partial);
  await putInPlace(partial, target);
  return contents;
}
const ALL_PAGES = 0x7fff_ffff;

/** Reads every row and holds it against its checksum. Throws `Corrupt`. */
export function verifySnapshot(path: string): Contents {
  const database = openForReading(path);
  try {
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
  for (const row of readRows(database, path)) {
    if (row.value === null) keys.delete(row.key);
    else keys.add(row.key);
    revision = Math.max(revision, row.revision);
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
  using _lock = lockFolder(folder, options.pid);
  const fresh = join(folder, 'restored.db');
  await rm(fresh, { force: true });
  await copyFile(snapshot, fresh);
  await chmod(fresh, 0o600);
  const { revision } = verifySnapshot(fresh);
  leap(fresh, { revision: revision + REVISIONS_LEAPT, compacted: revision + REVISIONS_LEAPT });
  const contents = verifySnapshot(fresh);
  const keptIn = await setAside(folder, new Date(options.nowMs).toISOString().replaceAll(':', '-'));
  await putInPlace(fresh, databasePathIn(folder));
  return { ...contents, keptIn };
}
/** What etcd's documentation advises for the same purpose (`etcdutl snapshot restore --bump-revision`). */
const REVISIONS_LEAPT = 1_000_000_000;

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

async function setAside(folder: string, stamp: string): Promise<string | undefined> {
  const old = (await readdir(folder)).filter(name => /^store\.db(-wal|-shm)?$/.test(name));
  if (old.length === 0) return undefined;
  const keptIn = join(folder, `replaced-${stamp}`);
  await mkdir(keptIn, { mode: 0o700 });
  for (const name of old) await rename(join(folder, name), join(keptIn, name));
  return keptIn;
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
