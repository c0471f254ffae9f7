import { backoffMs } from '../../src/base/backoff.ts';
import { must } from '../../src/base/must.ts';
import { resumedWatch } from '../../src/store/resumed-watch.ts';
import {
  StoreError,
  type Range,
  type Revision,
  type Store,
  type TransactionResult,
  type WatchBatch,
  type WatchOptions,
} from '../../src/store/store.ts';
import { MEND_BASE_MS, MEND_CAP_MS } from './limits.ts';
import { openSqliteStore, type SqliteStoreOptions } from './sqlite-store.ts';
import { WAY_BACK } from './way-back.ts';

export interface MendingStoreOptions extends Omit<SqliteStoreOptions, 'onFailed'> {
  /** A write failed; reads go on, and the store is being opened anew. */
  onFailed?(error: StoreError): void;
  onMended?(revision: Revision): void;
  /** It could not be opened. Tried again, unless the error is `Corrupt`: then somebody has to look into it. */
  onUnmended?(error: unknown): void;
}

/**
 * The SQLite store, opened anew from what the disk holds after every failure: a failed write is never
 * tried again, and what became of it is read back from a file whose every row is verified and synced.
 * Reads and watches go on meanwhile; a watch does not notice.
 */
export async function openMendingStore(options: MendingStoreOptions): Promise<Store & AsyncDisposable> {
  return new MendingStore(options).opened();
}

type Opened = Store & AsyncDisposable;

class MendingStore implements Store, AsyncDisposable {
  readonly #options: MendingStoreOptions;
  readonly #closing = new AbortController();
  #inner: Opened | undefined;
  #mending: Promise<void> | undefined;
  #attempts = 0;
  #mendedMs = -Infinity;

  constructor(options: MendingStoreOptions) {
    this.#options = options;
  }

  async opened(): Promise<this> {
    this.#inner = await this.#open();
    return this;
  }

  get committed(): Revision {
    return this.#store.committed;
  }

  get compacted(): Revision {
    return this.#store.compacted;
  }

  get failure(): StoreError | undefined {
    return this.#store.failure;
  }

  get: Store['get'] = (...args) => this.#store.get(...args);
  list = (...args: Parameters<Store['list']>): Promise<Range> => this.#store.list(...args);
  count = (prefix: string): Promise<number> => this.#store.count(prefix);
  transact = (...args: Parameters<Store['transact']>): Promise<TransactionResult> => this.#store.transact(...args);
  compact = (revision: Revision): Promise<void> => this.#store.compact(revision);
  backup = (path: string): Promise<void> => this.#store.backup(path);

  watch = (prefix: string, options: WatchOptions): AsyncGenerator<WatchBatch, void, undefined> =>
    resumedWatch(
      options,
      resumed => this.#store.watch(prefix, resumed),
      async error => {
        if (error.code !== 'Failed' || this.#mending === undefined) throw error;
        await this.#mending;
      },
    );

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#mending;
    await this.#inner?.[Symbol.asyncDispose]();
  }

  get #store(): Opened {
    return must(this.#inner, 'the store is opened before it is used');
  }

  #open(): Promise<Opened> {
    const onFailed = (error: StoreError): void => {
      this.#options.onFailed?.(error);
      this.#mending = this.#mend(this.#store).finally(() => (this.#mending = undefined));
    };
    return openSqliteStore({ ...this.#options, onFailed });
  }

  async #mend(failed: Opened): Promise<void> {
    const { clock } = this.#options.world;
    if (clock.monotonicMs() - this.#mendedMs > MEND_CAP_MS) this.#attempts = 0;
    while (await this.#pause()) {
      try {
        await failed[Symbol.asyncDispose]();
        const opened = await this.#open();
        if (opened.committed < failed.committed) {
          await opened[Symbol.asyncDispose]();
          const lost = `revision ${failed.committed} was acknowledged, but the disk holds ${opened.committed}`;
          throw new StoreError('Corrupt', `${lost}. ${WAY_BACK}`);
        }
        this.#inner = opened;
        this.#mendedMs = clock.monotonicMs();
        return this.#options.onMended?.(opened.committed);
      } catch (error) {
        this.#options.onUnmended?.(error);
        if (error instanceof StoreError && error.code === 'Corrupt') return;
      }
    }
  }

  /** Waits before the next attempt; `false` when the store is closed meanwhile. */
  async #pause(): Promise<boolean> {
    const { signal } = this.#closing;
    const waitMs = backoffMs(++this.#attempts, { baseMs: MEND_BASE_MS, capMs: MEND_CAP_MS });
    try {
      await this.#options.world.timers.sleep(waitMs, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    return !signal.aborted;
  }
}
