import { join } from 'node:path';
import type { Files } from '../../../src/base/world.ts';

const DIRECTORY_BITS = 0o2070;
const FILE_BITS = 0o060;

/**
 * Gives everything below `root` to the pod's group, readable and writable for it, and new files too (setgid).
 * Links are changed themselves, never what they point to.
 */
export async function applyFsGroup(files: Files, root: string, gid: number): Promise<void> {
  const info = await files.lstat(root);
  await files.lchown(root, info.uid, gid);
  if (info.isSymbolicLink()) return;
  if (!info.isDirectory()) {
    await files.chmod(root, (info.mode & 0o7777) | FILE_BITS);
    return;
  }
  await files.chmod(root, (info.mode & 0o7777) | DIRECTORY_BITS);
  for (const name of await files.readdir(root)) await applyFsGroup(files, join(root, name), gid);
}
