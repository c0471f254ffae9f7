import { definePlugin } from '../../src/kernel/plugin.ts';
import { object, string } from '../../src/schema/schema.ts';
import { sayStoreIsHere } from '../../src/store/store-elsewhere.ts';
import { store } from '../../src/store/store.ts';
import { openMendingSqliteStore } from './mending-sqlite-store.ts';
import { storeFolderIn } from './store-folder.ts';

export default definePlugin({
  name: 'store-sqlite',
  description: 'Keeps all objects in an SQLite database, synced before anyone sees them',
  essential: true,
  config: object({ dataDir: string() }),
  provides: [store],
  async start(context) {
    const { config, world, log } = context;
    const opened = await openMendingSqliteStore({
      folder: storeFolderIn(config.dataDir),
      world,
      onFailed: error => log.error('the store failed; it is opened anew', { error: error.message }),
      onMended: revision => log.info('the store is back', { revision }),
      onUnmended: error => log.error('the store could not be opened anew', { error: String(error) }),
    });
    await sayStoreIsHere(world.files, config.dataDir);
    context.provide(store, opened);
    context.defer(async () => {
      await opened[Symbol.asyncDispose]();
    });
  },
});
