import type { World } from '../base/world.ts';
import type { Version } from './batch.ts';
import type { Expired } from './expiry.ts';
import { GroupCommit, type Disk } from './group-commit.ts';
import { STORE_LIMITS, type StoreLimits } from './limits.ts';
import { MvccView } from './mvcc-view.ts';
import type { Recovered } from './recovered.ts';
import {
  StoreError,
  type Entry,
  type Range,
  type RangeOptions,
  type Revision,
  type Store,
  type Transaction,
  type TransactionResult,
  type WatchBatch,
  type WatchOptions,
} from './store.ts';

/** What a driver adds to the store in memory. */
export interface Driver extends Disk {
  /** Lets transactions gather: runs `flush` soon, after what is ready to run now. */
  defer(flush: () => void): void;
  /** History up to `compacted` is forgotten, and `gone` is not needed any more. */
  forget(gone: readonly Version[], compacted: Revision): void;
  backup(path: string, store: Store): Promise<void>;
  close(): Promise<void>;
}

export type StoreWorld = Pick<World, 'clock' | 'timers'>;

/** The store of those drivers that alone write what they keep: everything in memory, durable as far as the driver is. */
export class MvccStore implements Store, AsyncDisposable {
  readonly #driver: Driver;
  readonly #commits: GroupCommit;
  readonly #view: MvccView;

  constructor(
    world: StoreWorld,
    driver: Driver,
    recovered: Recovered,
    limits: StoreLimits = STORE_LIMITS,
    failed: (error: StoreError) => void = () => undefined,
  ) {
    this.#driver = driver;
    this.#commits = new GroupCommit({
      clock: world.clock,
      disk: driver,
      limits,
      root: recovered.root,
      revision: recovered.revision,
      defer: flush => driver.defer(flush),
      published: commits => this.#view.publish(commits),
      failed: error => {
        this.#view.end();
        if (error.code !== 'Closed') failed(error);
      },
    });
    const viewed = {
      world,
      limits,
      committed: () => this.#commits.committed,
      failure: () => this.#commits.failure,
      remove: async (expired: readonly Expired[]) => {
        await this.transact({ guards: expired, writes: expired.map(({ key }) => ({ delete: key })) });
      },
      removalFailed: (error: unknown) => this.#keepUnlessFinal(error),
      forget: (gone: readonly Version[], compacted: Revision) => driver.forget(gone, compacted),
      trimmed: () => void this.#commits.sync().catch(error => this.#keepUnlessFinal(error)),
    };
    this.#view = new MvccView(viewed, recovered);
  }

  get committed(): Revision {
    return this.#commits.committed.revision;
  }

  get compacted(): Revision {
    return this.#view.compacted;
  }

  get failure(): StoreError | undefined {
    return this.#commits.failure;
  }

  async get(
    key: string,
    options?: { readonly revision?: Revision },
  ): Promise<{ entry: Entry | undefined; revision: Revision }> {
    return this.#view.get(key, options?.revision);
  }

  async list(prefix: string, options: RangeOptions = {}): Promise<Range> {
    return this.#view.list(prefix, options);
  }

  async count(prefix: string): Promise<number> {
    return this.#view.count(prefix);
  }

  transact(transaction: Transaction): Promise<TransactionResult> {
    return this.#commits.submit(transaction);
  }

  watch(prefix: string, options: WatchOptions): AsyncIterable<WatchBatch> {
    return this.#view.watch(prefix, options);
  }

  async compact(revision: Revision): Promise<void> {
    this.#view.compactTo(revision);
    await this.#commits.sync();
  }

  backup(path: string): Promise<void> {
    return this.#driver.backup(path, this);
  }

  /** What was submitted before is still written; then the store answers `Closed`. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#commits.failure === undefined) await this.#commits.sync().catch(error => this.#keepUnlessFinal(error));
    this.#commits.fail(new StoreError('Closed', 'the store is closed'));
    this.#view.end();
    await this.#driver.close();
  }

  /** The driver's disk is gone: nothing more is accepted. */
  fail(error: StoreError): void {
    this.#commits.fail(error);
  }

  /** A full disk may refuse what only tidies up; it is tried again with the next write. */
  #keepUnlessFinal(error: unknown): void {
    if (error instanceof StoreError && error.code === 'Full') return;
    this.fail(error instanceof StoreError ? error : new StoreError('Failed', String(error), { cause: error }));
  }
}
