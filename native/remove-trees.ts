import type { FilesNative } from './files.ts';

/** Deletes all of `paths`, however much is below them, leaving the worker threads to others in between. */
export async function removeTrees(native: Pick<FilesNative, 'removeSome'>, paths: readonly string[]): Promise<void> {
  while (!(await native.removeSome(paths))) continue;
}
