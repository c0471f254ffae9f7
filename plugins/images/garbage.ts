import { join } from 'node:path';
import type { World } from '../../src/base/world.ts';
import type { Digest } from './digest.ts';
import { hexOf } from './digest.ts';
import type { ImageStore } from './image-store.ts';
import type { Metadata } from './metadata.ts';

/** What no reference names and no container runs goes; `freed` counts unpacked bytes. */
export interface Garbage {
  readonly rest: Metadata;
  readonly layers: readonly Digest[];
  readonly blobs: readonly Digest[];
  readonly freed: number;
}

export function planGarbage(now: Metadata, inUse: ReadonlySet<string>): Garbage {
  const named = new Set<string>(Object.values(now.references));
  const keep = Object.entries(now.images).filter(([id]) => named.has(id) || inUse.has(id));
  const keptLayers = new Set<string>(keep.flatMap(([, image]) => image.layers));
  const keptBlobs = new Set<string>(keep.flatMap(([, image]) => image.blobs));
  const layers = digests(now.layers).filter(chainId => !keptLayers.has(chainId));
  const blobs = Object.values(now.images)
    .flatMap(image => image.blobs)
    .filter(blob => !keptBlobs.has(blob));
  const rest = {
    ...now,
    images: Object.fromEntries(keep),
    layers: Object.fromEntries(Object.entries(now.layers).filter(([chainId]) => keptLayers.has(chainId))),
  };
  const freed = layers.reduce((sum, chainId) => sum + (now.layers[chainId]?.bytes ?? 0), 0);
  const changed = layers.length > 0 || keep.length < Object.keys(now.images).length;
  return { rest: changed ? rest : now, layers, blobs: [...new Set(blobs)], freed };
}

/**
 * Forgets under the lock, moving the layers out of reach before it is released, then deletes. Layers
 * that the metadata does not name belong to work under way and are left alone.
 */
export function sweep(world: World, store: ImageStore, inUse: ReadonlySet<string>): Promise<{ freedBytes: number }> {
  const { files } = world;
  return store.withIngest(async trash => {
    const found: { garbage: Garbage | undefined } = { garbage: undefined };
    const plan = (now: Metadata): Metadata => {
      found.garbage = planGarbage(now, inUse);
      return found.garbage.rest;
    };
    await store.metadata.change(plan, async () => {
      for (const chainId of found.garbage?.layers ?? []) {
        await files.rm(store.paths.link(chainId), { force: true });
        await files.rename(store.paths.layer(chainId), join(trash, hexOf(chainId)));
      }
      for (const blob of found.garbage?.blobs ?? []) await files.rm(store.paths.blob(blob), { force: true });
    });
    return { freedBytes: found.garbage?.freed ?? 0 };
  });
}

const digests = (record: Readonly<Record<Digest, unknown>>): readonly Digest[] => Object.keys(record) as Digest[];
