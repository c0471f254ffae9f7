import { compareUtf8 } from '../base/compare-utf8.ts';
import type { World } from '../base/world.ts';
import type { Batch, Version } from './batch.ts';
import { Expiry, type Expired } from './expiry.ts';
import type { Commit } from './group-commit.ts';
import { compactedError, History, type Root } from './history.ts';
import type { StoreLimits } from './limits.ts';
import type { Recovered } from './recovered.ts';
import {
  StoreError,
  type Entry,
  type Range,
  type RangeOptions,
  type Revision,
  type WatchBatch,
  type WatchOptions,
} from './store.ts';
import { Watchers } from './watchers.ts';

/** What a view asks of the store it is the reading half of. */
export interface Viewed {
  readonly world: Pick<World, 'clock' | 'timers'>;
  readonly limits: StoreLimits;
  /** The newest state that may be seen. */
  committed(): { readonly root: Root; readonly revision: Revision };
  /** Why the store no longer runs, once it does not. */
  failure(): StoreError | undefined;
  /** Deletes keys whose time is over, those of them that are still what is named. */
  remove(expired: readonly Expired[]): Promise<void>;
  /** Tried again later, unless that is a reason for the store to fail. */
  removalFailed(error: unknown): void;
  /** History up to `compacted` is forgotten, and `gone` is not needed any more. */
  forget(gone: readonly Version[], compacted: Revision): void;
  /** Called now and then after history was trimmed by its age. */
  trimmed(): void;
}

/** What is read of a store in memory: many versions, watches, and when keys expire. What is committed is told by `publish`. */
export class MvccView {
  readonly #store: Viewed;
  readonly #history: History;
  readonly #watchers: Watchers;
  readonly #expiry: Expiry;
  #trimTimer: Disposable | undefined;
  #isExpiring = false;

  constructor(store: Viewed, { compacted, past, root, deadlines }: Recovered) {
    this.#store = store;
    this.#history = new History(compacted, past, root);
    this.#watchers = new Watchers({
      history: this.#history,
      timers: store.world.timers,
      committed: () => store.committed().revision,
      failure: () => store.failure(),
    });
    this.#expiry = new Expiry(store.world, () => this.#expire());
    for (const { key, modRevision, deadlineMs } of deadlines) this.#expiry.set(key, modRevision, deadlineMs);
    this.#trimLater();
  }

  get compacted(): Revision {
    return this.#history.compacted;
  }

  get(key: string, at: Revision | undefined): { entry: Entry | undefined; revision: Revision } {
    const { root, revision } = this.#at(at);
    return { entry: root.get(key), revision };
  }

  list(prefix: string, options: RangeOptions): Range {
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

  count(prefix: string): number {
    const { root } = this.#store.committed();
    const end = root.rank(key => key.startsWith(prefix) || compareUtf8(key, prefix) < 0);
    return end - root.rank(key => compareUtf8(key, prefix) < 0);
  }

  watch(prefix: string, options: WatchOptions): AsyncIterable<WatchBatch> {
    return this.#watchers.watch(prefix, options);
  }

  compactTo(revision: Revision): void {
    const committed = this.#store.committed().revision;
    if (revision > committed) throw futureError(revision, committed);
    if (revision < this.compacted) throw compactedError(revision, this.compacted);
    const gone = this.#history.compactTo(revision);
    this.#store.forget(gone, this.compacted);
    this.#watchers.wakeAll();
  }

  /** Called once `committed` tells of all of them. */
  publish(commits: readonly Commit[]): void {
    const atMs = this.#store.world.clock.monotonicMs();
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
    if (this.#history.isOverfull(this.#store.limits)) this.#trim();
    this.#trimLater();
  }

  /** The store ends: its watchers are told why, and no timer runs any more. */
  end(): void {
    this.#trimTimer?.[Symbol.dispose]();
    this.#trimTimer = undefined;
    this.#expiry.stop();
    this.#watchers.wakeAll();
  }

  #at(revision: Revision | undefined): { readonly root: Root; readonly revision: Revision } {
    const committed = this.#store.committed();
    if (revision === undefined || revision === committed.revision) return committed;
    if (revision > committed.revision) throw futureError(revision, committed.revision);
    return { root: this.#history.rootAt(revision), revision };
  }

  #trim(): void {
    const { limits, world } = this.#store;
    const gone = this.#history.trim(this.#history.excess(limits, world.clock.monotonicMs()));
    this.#store.forget(gone, this.compacted);
  }

  /** One timer while there is history, none in a store that has been quiet for long enough. */
  #trimLater(): void {
    if (this.#trimTimer !== undefined || this.#history.start === this.#history.end) return;
    if (this.#store.failure() !== undefined) return;
    const { limits, world } = this.#store;
    this.#trimTimer = world.timers.after(limits.historyMs, () => {
      this.#trimTimer = undefined;
      this.#trim();
      this.#store.trimmed();
      this.#trimLater();
    });
  }

  #expire(): void {
    if (this.#isExpiring) return;
    this.#isExpiring = true;
    this.#removeOverdue().then(
      () => {
        this.#isExpiring = false;
        this.#expiry.rearm();
      },
      (error: unknown) => {
        this.#isExpiring = false;
        this.#store.removalFailed(error);
        if (this.#store.failure() === undefined) this.#expiry.rearm(EXPIRY_RETRY_MS);
      },
    );
  }

  /** A key that was written again meanwhile makes its group conflict; the next look leaves it out. */
  async #removeOverdue(): Promise<void> {
    for (;;) {
      const expired = this.#expiry.overdue(this.#store.limits.expiriesPerTransaction);
      if (expired.length === 0) return;
      await this.#store.remove(expired);
    }
  }
}

const EXPIRY_RETRY_MS = 1_000;

export const futureError = (revision: Revision, committed: Revision): StoreError =>
  new StoreError('FutureRevision', `revision ${revision} is not there yet; the newest is ${committed}`);
