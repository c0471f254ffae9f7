import type { PluginContext } from '../../src/kernel/plugin.ts';
import { object, string, type Stored } from '../../src/schema/schema.ts';
import type { AtRest } from '../../src/store/at-rest.ts';
import { sayStoreIsHere } from '../../src/store/store-elsewhere.ts';
import { store } from '../../src/store/store.ts';
import { openMendingSqliteStore } from './mending-sqlite-store.ts';
import { storeFolderIn } from './store-folder.ts';

export const STORE_SQLITE = {
  name: 'store-sqlite',
  description: 'Keeps all objects in an SQLite database, synced before anyone sees them',
  essential: true,
  config: object({ dataDir: string() }),
  provides: [store],
} as const;

type Context = Pick<
  PluginContext<Stored<typeof STORE_SQLITE.config>>,
  'config' | 'world' | 'log' | 'provide' | 'defer'
>;

export async function startStore({ config, world, log, provide, defer }: Context, atRest?: AtRest): Promise<void> {
  const opened = await openMendingSqliteStore({
    folder: storeFolderIn(config.dataDir),
    world,
    atRest,
    onFailed: error => log.error('the store failed; it is opened anew', { error: error.message }),
    onMended: revision => log.info('the store is back', { revision }),
    onUnmended: error => log.error('the store could not be opened anew', { error: String(error) }),
  });
  await sayStoreIsHere(world.files, config.dataDir);
  provide(store, opened);
  defer(async () => {
    await opened[Symbol.asyncDispose]();
  });
}
