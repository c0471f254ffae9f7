import { join } from 'node:path';
import { native } from '../../native/index.ts';
import type { Files } from '../../src/base/world.ts';
import { type Digest, hexOf } from './digest.ts';
import type { ImageStore } from './image-store.ts';

/**
 * Removes what a killed process left: its ingest folder and, when no other process is at work, layers
 * that were unpacked but never became part of the metadata. For the daemon, at start.
 */
export async function removeLeftovers(files: Files, store: ImageStore): Promise<void> {
  const { paths, metadata } = store;
  let othersAlive = false;
  await metadata.change(
    now => now,
    async () => {
      for (const name of await files.readdir(paths.ingest)) {
        const folder = join(paths.ingest, name.replace(/\.lock$/, ''));
        const alive = await isAlive(files, `${folder}.lock`);
        othersAlive ||= alive;
        if (alive) continue;
        // An unpacker may be about to die with its daemon and write until then.
        await files.rm(folder, { recursive: true, force: true, maxRetries: 10 });
        await files.rm(`${folder}.lock`, { force: true });
      }
      if (othersAlive) return;
      const layers = Object.keys(metadata.now.layers) as readonly Digest[];
      const known = new Set(layers.map(hexOf));
      for (const name of await files.readdir(join(paths.root, 'layers'))) {
        if (!known.has(name)) await files.rm(join(paths.root, 'layers', name), { recursive: true, force: true });
      }
      const links = new Set(layers.map(chainId => paths.link(chainId)));
      for (const name of await files.readdir(join(paths.root, 'l'))) {
        const link = join(paths.root, 'l', name);
        if (!links.has(link)) await files.rm(link, { force: true });
      }
      const blobs = new Set(Object.values(metadata.now.images).flatMap(image => image.blobs.map(hexOf)));
      for (const name of await files.readdir(join(paths.root, 'blobs', 'sha256'))) {
        if (!blobs.has(name)) await files.rm(join(paths.root, 'blobs', 'sha256', name), { force: true });
      }
    },
  );
}

async function isAlive(files: Files, lockFile: string): Promise<boolean> {
  const lock = await files.open(lockFile, 'a', 0o600);
  try {
    return !native().tryLockFile(lock.fd);
  } finally {
    await lock.close();
  }
}
