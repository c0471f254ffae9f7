import { memoryPlace } from '../../src/base/testing/memory-place.ts';
import { scratchFolder } from '../../src/base/testing/scratch-folder.ts';
import { must } from '../../src/base/must.ts';
import { resumedWatch } from '../../src/store/resumed-watch.ts';
import { describeStoreConformance } from '../../src/store/testing/store-conformance.ts';
import type { Store, StoreError, WatchBatch, WatchOptions } from '../../src/store/store.ts';
import { openSqliteStore } from './sqlite-store.ts';

describeStoreConformance('the SQLite store, closed and opened between steps', async (world, limits = {}) => {
  const folder = await scratchFolder(memoryPlace());
  const store = new ReopeningStore(() => openSqliteStore({ folder, world, limits }));
  await store.reopen();
  return store;
});

/** Every one of the first steps is followed by a restart, later ones now and then, to stay quick. */
const isRestartDue = (step: number): boolean => step < 3 || step % 100 === 0;

type Opened = Store & AsyncDisposable;

/** A store whose process seems to restart all the time; watches resume where they were. */
class ReopeningStore implements Store, AsyncDisposable {
  readonly #open: () => Promise<Opened>;
  #inner: Opened | undefined;
  #restart: Promise<void> | undefined;
  #active = 0;
  #steps = 0;
  #isDone = false;

  constructor(open: () => Promise<Opened>) {
    this.#open = open;
  }

  async reopen(): Promise<void> {
    await this.#inner?.[Symbol.asyncDispose]();
    this.#inner = await this.#open();
  }

  get committed(): number {
    return this.#store.committed;
  }

  get compacted(): number {
    return this.#store.compacted;
  }

  get failure(): StoreError | undefined {
    return this.#store.failure;
  }

  get: Store['get'] = (...args) => this.#step(store => store.get(...args), false);
  list: Store['list'] = (...args) => this.#step(store => store.list(...args), false);
  count: Store['count'] = (...args) => this.#step(store => store.count(...args), false);
  transact: Store['transact'] = (...args) => this.#step(store => store.transact(...args), true);
  compact: Store['compact'] = (...args) => this.#step(store => store.compact(...args), true);
  backup: Store['backup'] = (...args) => this.#step(store => store.backup(...args), true);

  watch = (prefix: string, options: WatchOptions): AsyncGenerator<WatchBatch, void, undefined> =>
    resumedWatch(
      options,
      resumed => this.#store.watch(prefix, resumed),
      async error => {
        if (this.#isDone || error.code !== 'Closed') throw error;
        await this.#restart;
      },
    );

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDone = true;
    await this.#restart;
    await this.#inner?.[Symbol.asyncDispose]();
  }

  get #store(): Opened {
    return must(this.#inner, 'it was opened first');
  }

  async #step<T>(run: (store: Store) => Promise<T>, isWrite: boolean): Promise<T> {
    while (this.#restart !== undefined) await this.#restart;
    this.#active++;
    try {
      return await run(this.#store);
    } finally {
      this.#active--;
      if (isWrite && this.#active === 0 && isRestartDue(this.#steps++)) {
        this.#restart = this.reopen().finally(() => (this.#restart = undefined));
        await this.#restart;
      }
    }
  }
}
