import type { PluginContext } from '../../src/kernel/plugin.ts';
import { object, string, type Stored } from '../../src/schema/schema.ts';
import type { AtRest } from '../../src/store/at-rest.ts';
import { sayStoreIsElsewhere } from '../../src/store/store-elsewhere.ts';
import { store } from '../../src/store/store.ts';
import { openEtcdStore } from './etcd-store.ts';
import { OPEN_MS, RECONNECT_BASE_MS, RECONNECT_CAP_MS } from './limits.ts';
import { openWithin } from './open-within.ts';

export const STORE_ETCD = {
  name: 'store-etcd',
  description: 'Keeps all objects in an etcd, which other servers may use too',
  essential: true,
  config: object({
    dataDir: string(),
    storeEndpoints: string().default(''),
    storeCafile: string().default(''),
    storeCertfile: string().default(''),
    storeKeyfile: string().default(''),
  }),
  provides: [store],
} as const;

type Context = Pick<
  PluginContext<Stored<typeof STORE_ETCD.config>>,
  'config' | 'world' | 'log' | 'provide' | 'defer' | 'signal'
>;

/** In place of `store-sqlite` where `storeEndpoints` names an etcd. */
export async function startStore(
  { config, world, log, provide, defer, signal }: Context,
  atRest?: AtRest,
): Promise<void> {
  const endpoints = config.storeEndpoints.split(',').filter(endpoint => endpoint !== '');
  const read = async (path: string): Promise<Buffer | undefined> =>
    path === '' ? undefined : world.files.readFile(path);
  const [ca, cert, key] = await Promise.all([config.storeCafile, config.storeCertfile, config.storeKeyfile].map(read));
  const tls = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
  const open = () =>
    openEtcdStore({
      endpoints,
      tls,
      world,
      prefix: '/registry/',
      atRest,
      onFailed: error => log.error('the store failed; it is opened anew', { error: error.message }),
      onMended: revision => log.info('the store is back', { revision }),
      onUnmended: error => log.error('the store could not be opened anew', { error: String(error) }),
    });
  const backoff = { baseMs: RECONNECT_BASE_MS, capMs: RECONNECT_CAP_MS };
  const opened = await openWithin({ world, deadlineMs: OPEN_MS, backoff, signal, open });
  defer(async () => {
    await opened[Symbol.asyncDispose]();
  });
  await sayStoreIsElsewhere(world.files, config.dataDir, endpoints);
  provide(store, opened);
}
