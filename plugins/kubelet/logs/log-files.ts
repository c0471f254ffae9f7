import { failedWith } from '../../../src/base/failed-with.ts';
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { Files } from '../../../src/base/world.ts';
import { LOG_MAX_FILES } from '../limits.ts';

/** A log's files that exist, oldest first, opened; `path.4` is older than `path.1`, `path` is being written. */
export async function openLogFiles(files: Files, path: string): Promise<readonly FileHandle[]> {
  const names = Array.from({ length: LOG_MAX_FILES }, (_unused, age) => (age === 0 ? path : `${path}.${age}`));
  const opened: FileHandle[] = [];
  try {
    for (const name of names.toReversed()) {
      const file = await openLog(files, name);
      if (file !== undefined) opened.push(file);
    }
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
  return opened;
}

export async function closeAll(opened: readonly FileHandle[]): Promise<void> {
  for (const file of opened) await file.close();
}

/** Never through a link: a pod that can write where logs are must not have others' files read to it. */
export async function openLog(files: Files, path: string): Promise<FileHandle | undefined> {
  return files.open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch((error: unknown) => {
    if (failedWith(error, 'ENOENT')) return undefined;
    throw error;
  });
}
