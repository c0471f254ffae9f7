import { join } from 'node:path';
import type { Files } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { Image } from './contract.ts';

/** Imports every file of a folder, in the order of their names. What is broken is told and skipped. */
export async function preload(
  files: Files,
  folder: string,
  log: Logger,
  importArchive: (path: string) => Promise<readonly Image[]>,
): Promise<void> {
  const names = await namesIn(files, folder).catch((error: unknown) => {
    log.error('the folder of image archives cannot be read', { folder, error });
    return [];
  });
  for (const name of names) {
    try {
      const images = await importArchive(join(folder, name));
      log.info('imported an image archive', { file: name, images: images.flatMap(image => image.tags) });
    } catch (error) {
      log.error('an image archive could not be imported', { file: name, error });
    }
  }
}

async function namesIn(files: Files, folder: string): Promise<readonly string[]> {
  try {
    const entries = await files.readdir(folder, { withFileTypes: true });
    return entries.flatMap(entry => (entry.isDirectory() || entry.name.startsWith('.') ? [] : [entry.name])).sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
