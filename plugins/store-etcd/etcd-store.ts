import type { World } from '../../src/base/world.ts';
import { PLAIN, type AtRest } from '../../src/store/at-rest.ts';
import { STORE_LIMITS, type StoreLimits } from '../../src/store/limits.ts';
import { openMendingStore, type MendingStoreOptions, type Opened } from '../../src/store/mending-store.ts';
import { StoreError } from '../../src/store/store.ts';
import { EtcdConnection, type ConnectionOptions } from './connection.ts';
import { FollowedStore } from './followed-store.ts';
import { ETCD_LIMITS, REMEMBERED_REVISIONS, REOPEN_BASE_MS, REOPEN_CAP_MS } from './limits.ts';
import { loadState } from './load-state.ts';

export interface EtcdStoreOptions
  extends Pick<ConnectionOptions, 'endpoints' | 'tls'>,
    Pick<MendingStoreOptions, 'onFailed' | 'onMended' | 'onUnmended'> {
  readonly world: Pick<World, 'clock' | 'timers' | 'files'>;
  /** Of etcd's keys those are kept that start with it. */
  readonly prefix: string;
  readonly limits?: Partial<StoreLimits>;
  /** How values are sealed. */
  readonly atRest?: AtRest | undefined;
}

/** The store in an etcd that other servers may use at the same time. Rejects with `Unanswered` when none is there. */
export const openEtcdStore = (options: EtcdStoreOptions): Promise<Opened> =>
  openMendingStore({
    ...options,
    open: failed => openWhole(options, failed),
    baseMs: REOPEN_BASE_MS,
    capMs: REOPEN_CAP_MS,
    wayBack: 'Was etcd put back to an older state? Start all servers anew then',
    isCorruptFinal: false,
  });

/** History that is damaged, or that another server compacted meanwhile, is left out. */
async function openWhole(options: EtcdStoreOptions, failed: (error: StoreError) => void): Promise<FollowedStore> {
  try {
    return await openOnce(options, failed, REMEMBERED_REVISIONS);
  } catch (error) {
    if (!(error instanceof StoreError) || !['Corrupt', 'Compacted'].includes(error.code)) throw error;
    return openOnce(options, failed, 0);
  }
}

async function openOnce(
  options: EtcdStoreOptions,
  failed: (error: StoreError) => void,
  remembered: number,
): Promise<FollowedStore> {
  const { world, prefix, limits, atRest = PLAIN } = options;
  const connection = new EtcdConnection(options);
  let store: FollowedStore | undefined;
  try {
    const loaded = await loadState(connection, { prefix, atRest }, world.timers, remembered);
    let isOpen = false;
    store = new FollowedStore(
      {
        connection,
        world,
        prefix,
        atRest,
        limits: { ...STORE_LIMITS, ...ETCD_LIMITS, ...limits },
        onFailed: error => isOpen && failed(error),
      },
      loaded,
    );
    await store.reach(loaded.newest);
    if (store.ended !== undefined) throw store.ended;
    isOpen = true;
    return store;
  } catch (error) {
    await store?.[Symbol.asyncDispose]();
    connection[Symbol.dispose]();
    throw error;
  }
}
