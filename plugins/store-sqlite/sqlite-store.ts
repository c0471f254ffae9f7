import type { Worker } from 'node:worker_threads';
import { must } from '../../src/base/must.ts';
import type { World } from '../../src/base/world.ts';
import { STORE_LIMITS, type StoreLimits } from '../../src/store/limits.ts';
import { MvccStore } from '../../src/store/mvcc-store.ts';
import { StoreError, type Store } from '../../src/store/store.ts';
import { CHECKPOINT_BYTES, DEFAULT_QUOTA_BYTES, OPEN_DEADLINE_MS } from './limits.ts';
import type { FromThread } from './protocol.ts';
import { Recovery } from './recovery.ts';
import type { Meta } from './row.ts';
import { databasePathIn } from './store-folder.ts';
import { startThread, ThreadDisk } from './thread-disk.ts';

export interface SqliteStoreOptions {
  /** A folder of the store's own, made when missing; one process at a time may have it open. */
  readonly folder: string;
  readonly world: Pick<World, 'clock' | 'timers' | 'processes'>;
  /** What the database file may grow to before puts are refused with `Full`. */
  readonly quotaBytes?: number;
  /** The log is copied into the database after about so much was appended to it. */
  readonly checkpointBytes?: number;
  readonly limits?: Partial<StoreLimits>;
  /** Told once, when a write failed and the store accepts nothing more. */
  onFailed?(error: StoreError): void;
}

/**
 * Opens the store with everything in memory, verified. Rejects with `Locked` when another process has
 * it, with `Corrupt` naming the damaged row when a checksum does not fit.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store & AsyncDisposable> {
  const { folder, world, quotaBytes = DEFAULT_QUOTA_BYTES, checkpointBytes = CHECKPOINT_BYTES } = options;
  const worker = startThread({ folder, quotaBytes, checkpointBytes, pid: world.processes.pid });
  try {
    const { recovery, meta } = await load(worker, world);
    const recovered = recovery.finish();
    const known = { ...meta, revision: recovered.revision };
    const disk = new ThreadDisk(worker, world.timers, databasePathIn(folder), known, recovery.garbage);
    const limits = { ...STORE_LIMITS, ...options.limits };
    const store = new MvccStore(world, disk, recovered, limits, error => options.onFailed?.(error));
    disk.onLost = error => store.fail(error);
    return store;
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}

async function load(
  worker: Worker,
  world: Pick<World, 'clock' | 'timers'>,
): Promise<{ readonly recovery: Recovery; readonly meta: Meta }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ readonly recovery: Recovery; readonly meta: Meta }>();
  let loaded: { readonly recovery: Recovery; readonly meta: Meta } | undefined;
  const receive = (message: FromThread): void => {
    if (message.type === 'meta') {
      loaded = { recovery: new Recovery(message.meta, world.clock.monotonicMs()), meta: message.meta };
    } else if (message.type === 'rows') {
      must(loaded, 'rows come after the meta data').recovery.add(message.packed);
    } else if (message.type === 'refused') {
      reject(new StoreError(message.code, message.message));
    } else if (message.type === 'opened') {
      resolve(must(loaded, 'the meta data comes first'));
    }
  };
  const onMessage = (message: FromThread): void => {
    try {
      receive(message);
    } catch (error) {
      reject(error);
    }
  };
  const onError = (error: Error): void => reject(new StoreError('Failed', error.message, { cause: error }));
  const onExit = (): void => reject(new StoreError('Failed', "the store's thread ended before it had opened"));
  const late = world.timers.after(OPEN_DEADLINE_MS, () => {
    reject(new StoreError('Failed', `the store did not open within ${OPEN_DEADLINE_MS / 1000} s`));
  });
  worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  try {
    return await promise;
  } finally {
    late[Symbol.dispose]();
    worker.off('message', onMessage).off('error', onError).off('exit', onExit);
  }
}
