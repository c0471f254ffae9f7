import { presentOr } from './failed-with.ts';
import { dirname } from 'node:path';
import type { Files } from './world.ts';

/**
 * Writes a whole file so that after a power cut it holds either the old content or the new one:
 * written beside it, synced, renamed over it, and the folder synced.
 */
export async function writeDurably(
  files: Files,
  path: string,
  content: string | Uint8Array,
  mode: number,
): Promise<void> {
  await files.mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.new`;
  try {
    const file = await files.open(temporary, 'w', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    await files.rm(temporary, { force: true });
    throw error;
  }
  await files.rename(temporary, path);
  const folder = await files.open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The file's text, or `undefined` where there is none. */
export const readIfPresent = (files: Files, path: string): Promise<string | undefined> =>
  presentOr(undefined, () => files.readFile(path, 'utf8'));
