import { join } from 'node:path';
import { failedWith } from './failed-with.ts';
import type { Files } from './world.ts';

export interface DiskUsage {
  readonly bytes: number;
  readonly inodes: number;
}

const BLOCK_BYTES = 512;

/** What a folder and all in it take of their file system, as du(1) counts: no mount below it, and each file once. */
export async function diskUsage(files: Pick<Files, 'lstat' | 'readdir'>, folder: string): Promise<DiskUsage> {
  const seen = new Set<number>();
  let bytes = 0;
  let device: number | undefined;
  const waiting = [folder];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const info = await unlessGone(files.lstat(path));
    if (info === undefined) continue;
    device ??= info.dev;
    if (info.dev !== device || seen.has(info.ino)) continue;
    seen.add(info.ino);
    bytes += info.blocks * BLOCK_BYTES;
    if (!info.isDirectory()) continue;
    for (const name of (await unlessGone(files.readdir(path))) ?? []) waiting.push(join(path, name));
  }
  return { bytes, inodes: seen.size };
}

/** What is counted may go meanwhile. */
const unlessGone = <T>(reading: Promise<T>): Promise<T | undefined> =>
  reading.catch((error: unknown) => {
    if (failedWith(error, 'ENOENT')) return undefined;
    throw error;
  });
