import type { Worker } from 'node:worker_threads';
import type { World } from '../../src/base/world.ts';
import { PLAIN, type AtRest } from '../../src/store/at-rest.ts';
import { STORE_LIMITS, type StoreLimits } from '../../src/store/limits.ts';
import { MvccStore } from '../../src/store/mvcc-store.ts';
import { StoreError, type Store } from '../../src/store/store.ts';
import { CHECKPOINT_BYTES, DEFAULT_QUOTA_BYTES, OPEN_DEADLINE_MS } from './limits.ts';
import type { FromThread } from './protocol.ts';
import type { Loaded } from './load.ts';
import { garbageOf, recover } from './recovery.ts';
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
  /** How values are sealed; what is forgotten is then erased, too, and not only free to be overwritten. */
  readonly atRest?: AtRest | undefined;
  /** Told once, when a write failed and the store accepts nothing more. */
  onFailed?(error: StoreError): void;
}

/**
 * Opens the store with everything in memory, verified. Rejects with `Locked` when another process has
 * it, with `Corrupt` naming the damaged row when a checksum does not fit.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store & AsyncDisposable> {
  const { folder, world, quotaBytes = DEFAULT_QUOTA_BYTES, checkpointBytes = CHECKPOINT_BYTES } = options;
  const { atRest = PLAIN } = options;
  const erases = options.atRest !== undefined;
  const worker = startThread({ folder, quotaBytes, checkpointBytes, erases, pid: world.processes.pid });
  try {
    const loaded = await whatIsThere(worker, world);
    const recovered = recover(loaded, world.clock.monotonicMs(), atRest);
    const known = { ...loaded.meta, revision: recovered.revision };
    const parts = { worker, timers: world.timers, databasePath: databasePathIn(folder), atRest };
    const disk = new ThreadDisk(parts, known, garbageOf(loaded));
    const limits = { ...STORE_LIMITS, ...options.limits };
    const store = new MvccStore(world, disk, recovered, limits, error => options.onFailed?.(error));
    disk.onLost = error => store.fail(error);
    return store;
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}

async function whatIsThere(worker: Worker, world: Pick<World, 'timers'>): Promise<Loaded> {
  const { promise, resolve, reject } = Promise.withResolvers<Loaded>();
  const onMessage = (message: FromThread): void => {
    if (message.type === 'refused') reject(new StoreError(message.code, message.message));
    if (message.type === 'opened') resolve(message.loaded);
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
