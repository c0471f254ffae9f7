import type { World } from '../../src/base/world.ts';
import type { AtRest } from '../../src/store/at-rest.ts';
import { deadlineOf, type Expired } from '../../src/store/expiry.ts';
import type { Commit } from '../../src/store/group-commit.ts';
import type { Root } from '../../src/store/history.ts';
import { checkShape, checkValue } from '../../src/store/judge.ts';
import type { StoreLimits } from '../../src/store/limits.ts';
import { MvccView } from '../../src/store/mvcc-view.ts';
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
} from '../../src/store/store.ts';
import { byRevision } from './by-revision.ts';
import { Compactor } from './compactor.ts';
import type { EtcdConnection } from './connection.ts';
import { Follower } from './follower.ts';
import { FreshRevision } from './fresh-revision.ts';
import { REQUEST_MS } from './limits.ts';
import { newestRevision, type LoadedState } from './load-state.ts';
import { decodeTxn, encodeTxn, type TxnRequest, type WatchEvent } from './messages.ts';
import { nextCommit } from './next-commit.ts';
import { RevisionWaiters } from './revision-waiters.ts';
import { saveSnapshot } from './save-snapshot.ts';
import { encodeStored } from './stored-value.ts';

export interface FollowedOptions {
  /** Closed with the store. */
  readonly connection: EtcdConnection;
  readonly world: Pick<World, 'clock' | 'timers' | 'files'>;
  readonly limits: StoreLimits;
  /** Keys that do not start with it are others'. */
  readonly prefix: string;
  readonly atRest: AtRest;
  /** Told once, when it can follow etcd no more and has to be opened anew. */
  onFailed(error: StoreError): unknown;
}

/**
 * What etcd holds, in memory, fed by one watch of every key: whatever server wrote it. Writes go to etcd, which judges
 * them, and are answered once the watch has told of them. A read that names no revision asks a quorum for the newest
 * one and waits until the watch has told of that: every revision of etcd has some key to tell of.
 */
export class FollowedStore implements Store, AsyncDisposable {
  readonly #options: FollowedOptions;
  readonly #view: MvccView;
  readonly #follower: Follower;
  readonly #waiters: RevisionWaiters;
  readonly #fresh: FreshRevision;
  readonly #compactor: Compactor;
  #committed: { readonly root: Root; readonly revision: Revision };
  #failure: StoreError | undefined;
  #pending = 0;

  constructor(options: FollowedOptions, loaded: LoadedState) {
    this.#options = options;
    const { connection, world, limits } = options;
    this.#committed = { root: loaded.root, revision: loaded.revision };
    this.#waiters = new RevisionWaiters(world.timers, REQUEST_MS);
    this.#fresh = new FreshRevision(async () => (await newestRevision(connection)).revision);
    this.#compactor = new Compactor(connection);
    const viewed = {
      world,
      limits,
      committed: () => this.#committed,
      failure: () => this.#failure,
      remove: (expired: readonly Expired[]) => this.#remove(expired),
      removalFailed: () => undefined,
      forget: (_: unknown, compacted: Revision) => this.#compactor.forget(compacted),
      trimmed: () => undefined,
    };
    this.#view = new MvccView(viewed, loaded);
    this.#follower = new Follower({
      connection,
      world,
      clusterId: loaded.clusterId,
      seen: () => this.committed,
      events: events => this.#apply(events),
      lost: error => this.#fail(new StoreError('Failed', error.message, { cause: error })),
    });
    this.#follower.follow(loaded.stream);
  }

  get committed(): Revision {
    return this.#committed.revision;
  }

  get compacted(): Revision {
    return this.#view.compacted;
  }

  /** Why it is over, once it is. */
  get ended(): StoreError | undefined {
    return this.#failure;
  }

  get failure(): StoreError | undefined {
    return this.#failure ?? this.#follower.trouble;
  }

  async get(
    key: string,
    { revision }: { readonly revision?: Revision } = {},
  ): Promise<{ entry: Entry | undefined; revision: Revision }> {
    await this.reach(revision);
    return this.#view.get(key, revision);
  }

  async list(prefix: string, options: RangeOptions = {}): Promise<Range> {
    await this.reach(options.revision);
    return this.#view.list(prefix, options);
  }

  async count(prefix: string): Promise<number> {
    await this.reach(undefined);
    return this.#view.count(prefix);
  }

  async transact(transaction: Transaction): Promise<TransactionResult> {
    const { limits, connection } = this.#options;
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#pending >= limits.pendingTransactions) {
      throw new StoreError('Overrun', `${this.#pending} transactions already wait for etcd`);
    }
    checkShape(transaction.writes, limits);
    const message = encodeTxn(this.#requestOf(transaction));
    this.#pending++;
    try {
      const path = '/etcdserverpb.KV/Txn';
      const answer = await connection.call({ path, message, isRepeatable: false, decode: decodeTxn });
      const { revision } = answer;
      if (this.committed < revision) await this.#waiters.wait(revision);
      if (answer.succeeded) return { ok: true, revision };
      return { ok: false, current: transaction.guards.map(({ key }) => this.#view.get(key, revision).entry), revision };
    } finally {
      this.#pending--;
    }
  }

  watch(prefix: string, options: WatchOptions): AsyncIterable<WatchBatch> {
    return options.after > this.committed ? this.#watchLater(prefix, options) : this.#view.watch(prefix, options);
  }

  async compact(revision: Revision): Promise<void> {
    this.#view.compactTo(revision);
    await this.#compactor.done();
  }

  /** A snapshot of the whole etcd, which `etcdctl snapshot restore` takes. */
  backup(path: string): Promise<void> {
    return saveSnapshot(this.#options.connection, this.#options.world, path);
  }

  /** Resolves once `revision`, or what is the newest now, can be read; at once where it was seen before. */
  async reach(revision: Revision | undefined): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (revision !== undefined && revision <= this.committed) return;
    const newest = await this.#fresh.get();
    if (this.committed < newest) await this.#waiters.wait(newest);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end(new StoreError('Closed', 'the store is closed'));
    await this.#compactor.done();
    this.#options.connection[Symbol.dispose]();
  }

  /** From a revision that another server has told of. */
  async *#watchLater(prefix: string, options: WatchOptions): AsyncGenerator<WatchBatch, void, undefined> {
    await this.reach(options.after);
    yield* this.#view.watch(prefix, options);
  }

  #requestOf({ guards, writes }: Transaction): TxnRequest {
    const { limits, world, atRest } = this.#options;
    return {
      guards,
      writes: writes.map(write => {
        if (!('put' in write)) return write;
        const { put, value, revisionAt, ttlSeconds } = write;
        checkValue(put, value, limits);
        const deadlineMs = ttlSeconds === undefined ? undefined : deadlineOf(ttlSeconds, world.clock.now());
        return { put, value: encodeStored(put, { value: atRest.seal(put, value), revisionAt, deadlineMs }) };
      }),
    };
  }

  #apply(events: readonly WatchEvent[]): void {
    const commits: Commit[] = [];
    let { root, revision } = this.#committed;
    try {
      for (const group of byRevision(events)) {
        const at = group[0]?.entry.modRevision ?? 0;
        if (at <= revision) continue;
        const commit = nextCommit(root, this.#options, at, group);
        ({ root, revision } = commit);
        if (commit.changes.length > 0) commits.push(commit);
      }
    } catch (error) {
      return this.#fail(
        error instanceof StoreError ? error : new StoreError('Failed', String(error), { cause: error }),
      );
    }
    this.#committed = { root, revision };
    this.#view.publish(commits);
    this.#waiters.reached(revision);
  }

  /** Other servers do the same at the same time; whoever comes later finds that nothing is left to do. */
  async #remove(expired: readonly Expired[]): Promise<void> {
    await this.transact({ guards: expired, writes: expired.map(({ key }) => ({ delete: key })) });
  }

  #fail(error: StoreError): void {
    if (this.#failure !== undefined) return;
    this.#end(error);
    this.#options.onFailed(error);
  }

  #end(error: StoreError): void {
    this.#failure ??= error;
    this.#follower[Symbol.dispose]();
    this.#view.end();
    this.#waiters.fail(error);
  }
}
