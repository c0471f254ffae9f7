import { join } from 'node:path';
import type { Files } from '../../../src/base/world.ts';
import { MAX_SECCOMP_PROFILE_BYTES } from '../limits.ts';
import { ContainerConfigError } from './container-config-error.ts';

/** A seccomp profile of the node's own folder, unread beyond its being a text of bounded length. */
export async function readSeccompProfile(
  files: Pick<Files, 'stat' | 'readFile'>,
  folder: string,
  name: string,
): Promise<string> {
  const path = join(folder, name);
  const refuse = (why: string, cause?: unknown): never => {
    const message = `cannot load seccomp profile ${JSON.stringify(path)}: ${why}`;
    throw new ContainerConfigError('CreateContainerError', message, { cause });
  };
  try {
    const info = await files.stat(path);
    if (!info.isFile() || info.size > MAX_SECCOMP_PROFILE_BYTES) return refuse('it is no file, or too long');
    return await files.readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof ContainerConfigError) throw error;
    const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return refuse(isGone ? `open ${path}: no such file or directory` : String(error), error);
  }
}
