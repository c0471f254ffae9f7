import { failedWith } from '../../src/base/failed-with.ts';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { StoreError } from '../../src/store/store.ts';

/**
 * Holds a folder for one process. The lock is SQLite's own on a file that holds nothing, so the kernel
 * drops it with the process however that ends. Nothing else may open the file: to close any descriptor
 * of it would drop the lock (fcntl(2)), which is why the owner's pid stands in a file beside it.
 */
export function lockFolder(folder: string, pid: number): Disposable {
  const database = new Sqlite(join(folder, 'lock'), { timeout: 0 });
  const pidFile = join(folder, 'lock.pid');
  try {
    database.exec('BEGIN EXCLUSIVE');
    writeFileSync(pidFile, `${pid}\n`, { mode: 0o600 });
  } catch (error) {
    database.close();
    if (!(error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY'))) throw error;
    const message = `${folder} is in use by another tiphys server (pid ${ownerIn(pidFile)})`;
    throw new StoreError('Locked', message, { cause: error });
  }
  return { [Symbol.dispose]: () => void database.close() };
}

/** `unknown` in the moment between the lock and the note of its owner. */
function ownerIn(pidFile: string): string {
  try {
    return readFileSync(pidFile, 'utf8').trim() || 'unknown';
  } catch (error) {
    if (failedWith(error, 'ENOENT')) return 'unknown';
    throw error;
  }
}
