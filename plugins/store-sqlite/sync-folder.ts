import { closeSync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { failedWith } from '../../src/base/failed-with.ts';

/** Makes the names in a folder last: without it a power cut may undo that a file was made, renamed or removed. */
export function syncFolder(path: string): void {
  try {
    const file = openSync(path, 'r');
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    /** Nobody makes a folder in one that they may not read. */
    if (!failedWith(error, 'EACCES')) throw error;
  }
}

/** The folder's own name, and those above that a server makes: `<data-dir>/server/db`. */
export function syncAncestors(folder: string): void {
  let path = folder;
  for (let level = 0; level < OWN_LEVELS; level++) syncFolder((path = dirname(path)));
}
const OWN_LEVELS = 3;
