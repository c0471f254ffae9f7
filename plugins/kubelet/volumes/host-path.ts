import { failedWith } from '../../../src/base/failed-with.ts';
import { dirname } from 'node:path';
import type { Files } from '../../../src/base/world.ts';
import { VolumeError } from './volume-error.ts';

/** Checks, and for the `OrCreate` types makes, what a hostPath volume names. */
export async function prepareHostPath(files: Files, path: string, type: string): Promise<void> {
  if (type === '') return;
  const found = await files.stat(path).catch((error: unknown) => {
    if (failedWith(error, 'ENOENT')) return undefined;
    throw new VolumeError('Io', `hostPath type check failed: ${path}: ${String(error)}`, { cause: error });
  });
  if (found === undefined && type === 'DirectoryOrCreate') {
    await files.mkdir(path, { recursive: true, mode: 0o755 });
    return;
  }
  if (found === undefined && type === 'FileOrCreate') {
    await files.stat(dirname(path)).catch(() => {
      throw new VolumeError('WrongType', `hostPath type check failed: ${dirname(path)} is not a directory`);
    });
    await files.writeFile(path, '', { mode: 0o644, flag: 'a' });
    return;
  }
  const fits: Readonly<Record<string, readonly [string, boolean | undefined]>> = {
    Directory: ['directory', found?.isDirectory()],
    DirectoryOrCreate: ['directory', found?.isDirectory()],
    File: ['file', found?.isFile()],
    FileOrCreate: ['file', found?.isFile()],
    Socket: ['socket file', found?.isSocket()],
    CharDevice: ['character device', found?.isCharacterDevice()],
    BlockDevice: ['block device', found?.isBlockDevice()],
  };
  const wanted = fits[type];
  if (wanted === undefined) throw new VolumeError('Invalid', `${type} is an invalid volume type`);
  if (wanted[1] !== true) {
    throw new VolumeError('WrongType', `hostPath type check failed: ${path} is not a ${wanted[0]}`);
  }
}
