import { backoffMs } from '../base/backoff.ts';
import { must } from '../base/must.ts';
import type { World } from '../base/world.ts';
import { resumedWatch } from './resumed-watch.ts';
import {
  StoreError,
  type Range,
  type Revision,
  type Store,
  type TransactionResult,
  type WatchBatch,
  type WatchOptions,
} from './store.ts';

export interface MendingStoreOptions {
  readonly world: Pick<World, 'clock' | 'timers'>;
  /** Opens what is kept; `failed` is told once, when that accepts nothing more. */
  open(failed: (error: StoreError) => void): Promise<Opened>;
  /** Between attempts to open it. */
  readonly baseMs: number;
  readonly capMs: number;
  /** What to do when it holds less than was acknowledged. */
  readonly wayBack: string;
  /** `Corrupt` is for good: somebody has to look into it, and start the server anew. */
  readonly isCorruptFinal: boolean;
  /** It is being opened anew; reads go on meanwhile. */
  onFailed?(error: StoreError): void;
  onMended?(revision: Revision): void;
  /** It could not be opened. */
  onUnmended?(error: unknown): void;
}

/**
 * A store that is opened anew after every failure: what was under way then is never tried again, and what became of
 * it is read from what is kept. Reads and watches go on meanwhile; a watch does not notice.
 */
export async function openMendingStore(options: MendingStoreOptions): Promise<Opened> {
  return new MendingStore(options).opened();
}

export type Opened = Store & AsyncDisposable;

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
    const failed = (error: StoreError): void => {
      this.#options.onFailed?.(error);
      this.#mending = this.#mend(this.#store).finally(() => (this.#mending = undefined));
    };
    return this.#options.open(failed);
  }

  async #mend(failed: Opened): Promise<void> {
    const { world, capMs, wayBack, isCorruptFinal } = this.#options;
    if (world.clock.monotonicMs() - this.#mendedMs > capMs) this.#attempts = 0;
    while (await this.#pause()) {
      try {
        await failed[Symbol.asyncDispose]();
        const opened = await this.#open();
        if (opened.committed < failed.committed) {
          await opened[Symbol.asyncDispose]();
          const lost = `revision ${failed.committed} was acknowledged, but what is kept is at ${opened.committed}`;
          throw new StoreError('Corrupt', `${lost}. ${wayBack}`);
        }
        this.#inner = opened;
        this.#mendedMs = world.clock.monotonicMs();
        return this.#options.onMended?.(opened.committed);
      } catch (error) {
        this.#options.onUnmended?.(error);
        if (isCorruptFinal && error instanceof StoreError && error.code === 'Corrupt') return;
      }
    }
  }

  /** Waits before the next attempt; `false` when the store is closed meanwhile. */
  async #pause(): Promise<boolean> {
    const { signal } = this.#closing;
    const { baseMs, capMs, world } = this.#options;
    const waitMs = backoffMs(++this.#attempts, { baseMs, capMs });
    try {
      await world.timers.sleep(waitMs, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    return !signal.aborted;
  }
}
