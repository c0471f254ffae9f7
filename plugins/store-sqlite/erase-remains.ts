import { existsSync, rmSync, writeFileSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { syncFolder } from './sync-folder.ts';
import { dirname } from 'node:path';

/** Beside a database in which nothing remains of what was forgotten; a restore puts it aside with that. */
const erasedPathOf = (path: string): string => `${path}-erased`;

/**
 * Overwrites from now on what is forgotten, and once what was forgotten before: it lies in free places of the file,
 * which is written anew without them.
 */
export function eraseRemains(database: Database, path: string): void {
  database.pragma('secure_delete = on');
  const erased = erasedPathOf(path);
  if (existsSync(erased)) return;
  // Or all of it would lie in a folder of others for a while. It is held in memory as well.
  database.pragma('temp_store = memory');
  database.exec('VACUUM');
  database.pragma('temp_store = default');
  database.pragma('wal_checkpoint(truncate)');
  writeFileSync(erased, '', { mode: 0o600, flush: true });
  syncFolder(dirname(path));
}

/** Before what is forgotten may remain. */
export const leaveRemains = (path: string): void => rmSync(erasedPathOf(path), { force: true });
