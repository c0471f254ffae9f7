import type { World } from '../base/world.ts';
import { OrderedMap } from '../base/ordered-map.ts';
import { compareUtf8 } from '../base/compare-utf8.ts';
import type { Batch, Version } from './batch.ts';
import { Expiry } from './expiry.ts';
import { GroupCommit, type Commit, type Disk } from './group-commit.ts';
import { compactedError, History, type Root } from './history.ts';
import { STORE_LIMITS, type StoreLimits } from './limits.ts';
import { NO_PAST, type Past } from './past.ts';
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
import { Watchers } from './watchers.ts';

/** What a driver adds to the store in memory. */
export interface Driver extends Disk {
  /** Lets transactions gather: runs `flush` soon, after what is ready to run now. */
  defer(flush: () => void): void;
  /** History up to `compacted` is forgotten, and `gone` is not needed any more. */
  forget(gone: readonly Version[], compacted: Revision): void;
  backup(path: string, store: Store): Promise<void>;
  close(): Promise<void>;
}

/** What a driver found when it opened. */
export interface Recovered {
  readonly compacted: Revision;
  /** Each transaction after `compacted`. */
  readonly past: Past;
  readonly revision: Revision;
  readonly root: Root;
  readonly deadlines: readonly { readonly key: string; readonly modRevision: Revision; readonly deadlineMs: number }[];
}

/** As in etcd, an empty store is at 1, since clients read 0 as "any". */
export const NOTHING_RECOVERED: Recovered = {
  compacted: 0,
  past: NO_PAST,
  revision: 1,
  root: OrderedMap.empty(),
  deadlines: [],
};

export type StoreWorld = Pick<World, 'clock' | 'timers'>;

/** The store both drivers share: everything in memory, many versions, durable as far as its driver is. */
export class MvccStore implements Store, AsyncDisposable {
  readonly #world: StoreWorld;
  readonly #driver: Driver;
  readonly #limits: StoreLimits;
  readonly #history: History;
  readonly #commits: GroupCommit;
  readonly #watchers: Watchers;
  readonly #expiry: Expiry;
  #trimTimer: Disposable | undefined;
  #isExpiring = false;

  constructor(
    world: StoreWorld,
    driver: Driver,
    recovered: Recovered,
    limits: StoreLimits = STORE_LIMITS,
    failed: (error: StoreError) => void = () => undefined,
  ) {
    this.#world = world;
    this.#driver = driver;
    this.#limits = limits;
    this.#history = new History(recovered.compacted, recovered.past, recovered.root);
    this.#commits = new GroupCommit({
      clock: world.clock,
      disk: driver,
      limits,
      root: recovered.root,
      revision: recovered.revision,
      defer: flush => driver.defer(flush),
      published: commits => this.#publish(commits),
      failed: error => {
        this.#ended();
        if (error.code !== 'Closed') failed(error);
      },
    });
    this.#watchers = new Watchers({
      history: this.#history,
      timers: world.timers,
      committed: () => this.committed,
      failure: () => this.#commits.failure,
    });
    this.#expiry = new Expiry(world, () => this.#expire());
    for (const { key, modRevision, deadlineMs } of recovered.deadlines) this.#expiry.set(key, modRevision, deadlineMs);
    this.#trimLater();
  }

  get committed(): Revision {
    return this.#commits.committed.revision;
  }

  get compacted(): Revision {
    return this.#history.compacted;
  }

  get failure(): StoreError | undefined {
    return this.#commits.failure;
  }

  async get(
    key: string,
    options?: { readonly revision?: Revision },
  ): Promise<{ entry: Entry | undefined; revision: Revision }> {
    const { root, revision } = this.#at(options?.revision);
    return { entry: root.get(key), revision };
  }

  async list(prefix: string, options: RangeOptions = {}): Promise<Range> {
    const { root, revision } = this.#at(options.revision);
    const { after, limit } = options;
    const end = root.rank(key => key.startsWith(prefix) || compareUtf8(key, prefix) < 0);
    const first = root.rank(key => compareUtf8(key, prefix) < 0);
    const start =
      after === undefined
        ? first
        : Math.max(
            first,
            root.rank(key => compareUtf8(key, after) <= 0),
          );
    const stop = limit === undefined ? end : Math.min(end, start + limit);
    return { entries: root.slice(start, stop), revision, remaining: Math.max(0, end - stop) };
  }

  async count(prefix: string): Promise<number> {
    const { root } = this.#at(undefined);
    const end = root.rank(key => key.startsWith(prefix) || compareUtf8(key, prefix) < 0);
    return end - root.rank(key => compareUtf8(key, prefix) < 0);
  }

  transact(transaction: Transaction): Promise<TransactionResult> {
    return this.#commits.submit(transaction);
  }

  watch(prefix: string, options: WatchOptions): AsyncIterable<WatchBatch> {
    return this.#watchers.watch(prefix, options);
  }

  async compact(revision: Revision): Promise<void> {
    if (revision > this.committed) throw futureError(revision, this.committed);
    if (revision < this.compacted) throw compactedError(revision, this.compacted);
    const gone = this.#history.compactTo(revision);
    this.#driver.forget(gone, this.compacted);
    this.#watchers.wakeAll();
    await this.#commits.sync();
  }

  backup(path: string): Promise<void> {
    return this.#driver.backup(path, this);
  }

  /** What was submitted before is still written; then the store answers `Closed`. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#commits.failure === undefined) await this.#commits.sync().catch(error => this.#keepUnlessFinal(error));
    this.#commits.fail(new StoreError('Closed', 'the store is closed'));
    this.#ended();
    await this.#driver.close();
  }

  /** The driver's disk is gone: nothing more is accepted. */
  fail(error: StoreError): void {
    this.#commits.fail(error);
  }

  #fail(error: unknown): void {
    this.fail(error instanceof StoreError ? error : new StoreError('Failed', String(error), { cause: error }));
  }

  #at(revision: Revision | undefined): { readonly root: Root; readonly revision: Revision } {
    const { committed } = this.#commits;
    if (revision === undefined || revision === committed.revision) return committed;
    if (revision > committed.revision) throw futureError(revision, committed.revision);
    return { root: this.#history.rootAt(revision), revision };
  }

  #publish(commits: readonly Commit[]): void {
    const atMs = this.#world.clock.monotonicMs();
    const batches: Batch[] = [];
    for (const { revision, changes, deadlines, bytes, root } of commits) {
      const batch: Batch = { revision, changes, atMs, bytes };
      this.#history.append(batch, root);
      batches.push(batch);
      for (const [index, change] of changes.entries()) {
        const deadline = deadlines[index];
        if (change.type === 'put' && deadline !== undefined) this.#expiry.set(change.entry.key, revision, deadline);
        else this.#expiry.clear(change.type === 'put' ? change.entry.key : change.key);
      }
    }
    this.#watchers.wake(batches);
    if (this.#history.isOverfull(this.#limits)) this.#trim();
    this.#trimLater();
  }

  #trim(): void {
    const gone = this.#history.trim(this.#history.excess(this.#limits, this.#world.clock.monotonicMs()));
    this.#driver.forget(gone, this.compacted);
  }

  /** One timer while there is history, none in a store that has been quiet for long enough. */
  #trimLater(): void {
    if (this.#trimTimer !== undefined || this.#history.start === this.#history.end) return;
    if (this.#commits.failure !== undefined) return;
    this.#trimTimer = this.#world.timers.after(this.#limits.historyMs, () => {
      this.#trimTimer = undefined;
      this.#trim();
      this.#commits.sync().catch(error => this.#keepUnlessFinal(error));
      this.#trimLater();
    });
  }

  /** A full disk may refuse what only tidies up; it is tried again with the next write. */
  #keepUnlessFinal(error: unknown): void {
    if (!(error instanceof StoreError && error.code === 'Full')) this.#fail(error);
  }

  #expire(): void {
    if (this.#isExpiring) return;
    this.#isExpiring = true;
    this.#deleteOverdue().then(
      () => {
        this.#isExpiring = false;
        this.#expiry.rearm();
      },
      (error: unknown) => {
        this.#isExpiring = false;
        this.#keepUnlessFinal(error);
        if (this.#commits.failure === undefined) this.#expiry.rearm(EXPIRY_RETRY_MS);
      },
    );
  }

  /** A key that was written again meanwhile makes its group conflict; the next look leaves it out. */
  async #deleteOverdue(): Promise<void> {
    for (;;) {
      const expired = this.#expiry.overdue(this.#limits.expiriesPerTransaction);
      if (expired.length === 0) return;
      await this.transact({ guards: expired, writes: expired.map(({ key }) => ({ delete: key })) });
    }
  }

  #ended(): void {
    this.#trimTimer?.[Symbol.dispose]();
    this.#trimTimer = undefined;
    this.#expiry.stop();
    this.#watchers.wakeAll();
  }
}

const EXPIRY_RETRY_MS = 1_000;

const futureError = (revision: Revision, committed: Revision): StoreError =>
  new StoreError('FutureRevision', `revision ${revision} is not there yet; the newest is ${committed}`);
