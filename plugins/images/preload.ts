import { failedWith } from '../../src/base/failed-with.ts';
import { join } from 'node:path';
import type { Files, World } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { Image } from './contract.ts';
import type { ImageStore } from './image-store.ts';
import type { ArchiveRecord, Metadata } from './metadata.ts';

export interface PreloadPlace {
  readonly world: World;
  readonly store: ImageStore;
  readonly log: Logger;
  readonly preloadFolders: readonly string[];
}

/**
 * Imports every file of the folders, in the order of their names. A file that was imported before and whose
 * images are all still here is left alone; what is broken is told and skipped.
 */
export async function preload(
  place: PreloadPlace,
  importArchive: (path: string) => Promise<readonly Image[]>,
): Promise<void> {
  const { world, store, log, preloadFolders } = place;
  for (const folder of preloadFolders) {
    for (const name of await namesIn(world.files, folder, log)) {
      const path = join(folder, name);
      try {
        const stamp = await stampOf(world.files, path);
        if (isCurrent(store.metadata.now, path, stamp)) continue;
        const images = await importArchive(path);
        await store.metadata.change(now => withArchive(now, path, stamp, images));
        log.info('imported an image archive', { path, images: images.flatMap(image => image.tags) });
      } catch (error) {
        log.error('an image archive could not be imported', { path, error });
      }
    }
  }
}

async function stampOf(files: Files, path: string): Promise<string> {
  const { size, mtimeMs, ctimeMs, ino } = await files.stat(path);
  return [size, mtimeMs, ctimeMs, ino].join(' ');
}

function isCurrent(now: Metadata, path: string, stamp: string): boolean {
  const record = now.archives[path];
  return (
    record?.stamp === stamp && Object.entries(record.references).every(([name, id]) => now.references[name] === id)
  );
}

function withArchive(now: Metadata, path: string, stamp: string, images: readonly Image[]): Metadata {
  const imported = new Set(images.map(image => image.id));
  const references = Object.fromEntries(Object.entries(now.references).filter(([, id]) => imported.has(id)));
  const record: ArchiveRecord = { stamp, references };
  return { ...now, archives: { ...now.archives, [path]: record } };
}

async function namesIn(files: Files, folder: string, log: Logger): Promise<readonly string[]> {
  try {
    const entries = await files.readdir(folder, { withFileTypes: true });
    return entries.flatMap(entry => (entry.isDirectory() || entry.name.startsWith('.') ? [] : [entry.name])).sort();
  } catch (error) {
    if (failedWith(error, 'ENOENT')) return [];
    log.error('a folder of image archives cannot be read', { folder, error });
    return [];
  }
}
