import { watch } from 'node:fs';
import { join } from 'node:path';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { object, string } from '../../src/schema/schema.ts';
import { images } from './contract.ts';
import { ImageService } from './image-service.ts';
import { ImageStore } from './image-store.ts';
import { removeLeftovers } from './leftovers.ts';
import { loadRegistries } from './registries.ts';
import { RegistryTransport } from './registry-transport.ts';

export default definePlugin({
  name: 'images',
  description: "images of archives and registries, unpacked into the node's layer store",
  config: object({
    dataDir: string(),
    registriesFile: string().default('/etc/tiphys/registries.yaml'),
    preloadImages: string().default(''),
  }),
  provides: [images],
  async start(context) {
    const { config, world, log, signal } = context;
    const store = new ImageStore(world, join(config.dataDir, 'agent', 'images-store'));
    await store.open();
    await removeLeftovers(world.files, store);
    const registries = await loadRegistries(world.files, config.registriesFile);
    const transport = new RegistryTransport(world);
    context.defer(() => transport.close());
    // `tiphys image` changes the same store from its own process.
    const watcher = watch(store.paths.root, { persistent: false }, (_, name) => {
      if (name !== 'metadata.json') return;
      store.metadata.reload().catch((error: unknown) => log.error('the image metadata cannot be read', { error }));
    });
    context.defer(() => watcher.close());
    const preloadFolders = [join(config.dataDir, 'agent', 'images'), config.preloadImages].filter(
      folder => folder !== '',
    );
    context.provide(images, new ImageService({ world, log, store, transport, registries, preloadFolders, signal }));
  },
});
