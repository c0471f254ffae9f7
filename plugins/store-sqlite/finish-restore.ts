import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { databasePathIn } from './store-folder.ts';
import { syncFolder } from './sync-folder.ts';

/**
 * A restore happens in the moment its copy, whole and synced, is given the name `restored-STAMP.db`: before
 * it, the old store is there untouched; after it, whoever opens the folder next ends what the restore
 * began. Each step may be done again, so it matters nowhere when a process is killed or the power cut.
 */
export const restoredName = (stamp: string): string => `restored-${stamp}.db`;
/** The copy until then. */
export const RESTORING = 'restoring.db';

/** Ends a restore, if one has happened; answers the folder in which the store it replaced is kept. */
export function finishRestore(folder: string): string | undefined {
  const names = readdirSync(folder);
  for (const name of names) if (name.startsWith(RESTORING)) rmSync(join(folder, name));
  const restored = names.find(name => /^restored-.*\.db$/.test(name));
  if (restored === undefined) return undefined;
  const keptIn = join(folder, restored.replace(/^restored-(.*)\.db$/, 'replaced-$1'));
  const old = names.filter(name => /^store\.db(-wal|-shm|-journal|-erased)?$/.test(name));
  if (old.length > 0) {
    mkdirSync(keptIn, { recursive: true, mode: 0o700 });
    for (const name of old) renameSync(join(folder, name), join(keptIn, name));
    /** An old log beside the new database would be taken for its own. */
    syncFolder(keptIn);
    syncFolder(folder);
  }
  renameSync(join(folder, restored), databasePathIn(folder));
  syncFolder(folder);
  return existsSync(keptIn) ? keptIn : undefined;
}
