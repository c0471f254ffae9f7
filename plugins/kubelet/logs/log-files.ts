import { failedWith, presentOr } from '../../../src/base/failed-with.ts';
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Files } from '../../../src/base/world.ts';

/** A log's files that exist, oldest first, opened; `path.4` is older than `path.1`, `path` is being written. */
export async function openLogFiles(files: Files, path: string): Promise<readonly FileHandle[]> {
  const opened: FileHandle[] = [];
  try {
    for (const name of await logFiles(files, path)) {
      const file = await openLog(files, name);
      if (file !== undefined) opened.push(file);
    }
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
  return opened;
}

/** A log's files, however many its container was started to have, oldest first. */
export async function logFiles(files: Files, path: string): Promise<readonly string[]> {
  const name = basename(path);
  const entries = await presentOr([], () => files.readdir(dirname(path)));
  const ages = entries.flatMap(entry => {
    if (entry === name) return [0];
    const [, age] = entry.startsWith(`${name}.`) ? (/^\.([1-9]\d{0,3})$/.exec(entry.slice(name.length)) ?? []) : [];
    return age === undefined ? [] : [Number(age)];
  });
  return ages.toSorted((a, b) => b - a).map(age => join(dirname(path), age === 0 ? name : `${name}.${age}`));
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
