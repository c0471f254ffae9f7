import { join } from 'node:path';
import type { World } from '../../../src/base/world.ts';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import { ImageService } from '../image-service.ts';
import { ImageStore } from '../image-store.ts';
import { loadRegistries } from '../registries.ts';
import { RegistryTransport } from '../registry-transport.ts';

/** The image service over a store below `folder`, its registries.yaml beside it. */
export async function openService(
  folder: string,
  name = 'store',
  world: World = hostWorld(),
): Promise<{ service: ImageService; store: ImageStore; close: () => Promise<void> }> {
  const store = new ImageStore(world, join(folder, name));
  await store.open();
  const transport = new RegistryTransport(world);
  const service = new ImageService({
    world,
    log: silentLogger,
    store,
    transport,
    registries: await loadRegistries(world.files, join(folder, 'registries.yaml')),
    preloadFolders: [join(folder, 'preload')],
    signal: new AbortController().signal,
  });
  return { service, store, close: () => transport.close() };
}
