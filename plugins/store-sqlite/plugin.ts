import { definePlugin } from '../../src/kernel/plugin.ts';
import { object, string } from '../../src/schema/schema.ts';
import { store } from '../../src/store/store.ts';
import { openSqliteStore } from './sqlite-store.ts';
import { storeFolderIn } from './store-folder.ts';

export default definePlugin({
  name: 'store-sqlite',
  description: 'Keeps all objects in an SQLite database, synced before anyone sees them',
  config: object({ dataDir: string() }),
  provides: [store],
  async start(context) {
    const { config, world, log } = context;
    const opened = await openSqliteStore({
      folder: storeFolderIn(config.dataDir),
      world,
      onFailed: error =>
        log.error('the store failed and accepts nothing more until a restart', { error: error.message }),
    });
    context.provide(store, opened);
    context.defer(async () => {
      await opened[Symbol.asyncDispose]();
    });
  },
});
