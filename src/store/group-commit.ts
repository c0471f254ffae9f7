import { messageOf } from '../base/message-of.ts';
import type { Clock } from '../base/world.ts';
import { deadlineOf } from './expiry.ts';
import type { Root } from './history.ts';
import { judge, type Verdict } from './judge.ts';
import { FULL_RETRY_MS, type StoreLimits } from './limits.ts';
import { StoreError, type Change, type Revision, type Transaction, type TransactionResult } from './store.ts';

/** One transaction's effect on its way to the disk. */
export interface Commit {
  readonly revision: Revision;
  readonly changes: readonly Change[];
  /** For each change, when its key is to go; wall time, see `expiry.ts`. */
  readonly deadlines: readonly (number | undefined)[];
  readonly root: Root;
  readonly bytes: number;
}

/**
 * Makes commits durable. `write` resolves when all of them are synced, and is not called again before.
 * It rejects with `StoreError` `Full` when nothing was written and deletes may still be; any other
 * rejection means that nobody knows what is on the disk.
 */
export interface Disk {
  write(commits: readonly Commit[]): Promise<void>;
}

export interface GroupCommitOptions {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly limits: StoreLimits;
  readonly root: Root;
  readonly revision: Revision;
  /** Runs `flush` once what else is ready to run now has had its chance to join the group. */
  defer(flush: () => void): void;
  /** Called after `committed` moved, before anyone is answered. */
  published(commits: readonly Commit[]): void;
  failed(error: StoreError): void;
}

/**
 * Two trees: transactions are judged against `head` at once, in order of arrival; `committed` follows
 * group by group as the disk syncs. No answer leaves before everything it rests on is committed. The
 * first failure of the disk is final, since what it holds is then unknown; a full disk only undoes the
 * transactions that were under way.
 */
export class GroupCommit {
  committed: { readonly root: Root; readonly revision: Revision };
  readonly #options: GroupCommitOptions;
  #head: { readonly root: Root; readonly revision: Revision };
  #inFlight: Group | undefined;
  #forming: Group | undefined;
  #failure: StoreError | undefined;
  #putsRefusedUntilMs = -Infinity;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
    this.#head = { root: options.root, revision: options.revision };
    this.committed = this.#head;
  }

  get failure(): StoreError | undefined {
    return this.#failure;
  }

  submit(transaction: Transaction): Promise<TransactionResult> {
    return new Promise((resolve, reject) => this.#admit({ transaction, resolve, reject, isRetry: false }));
  }

  /** Resolves when everything submitted before is durable, and the disk has been written to once more. */
  sync(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#join().waiting.push({ operation: undefined, settle: resolve, reject });
    });
  }

  /** Nothing is accepted any more; what waits is rejected with `error`. */
  fail(error: StoreError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#options.failed(error);
    const groups = [this.#inFlight, this.#forming];
    this.#inFlight = this.#forming = undefined;
    for (const group of groups) for (const { reject } of group?.waiting ?? []) reject(error);
  }

  #admit(operation: Operation): void {
    const refusal = this.#refusalOf(operation.transaction);
    if (refusal !== undefined) return operation.reject(refusal);
    let verdict: Verdict;
    const { root, revision } = this.#head;
    try {
      verdict = judge(root, revision + 1, operation.transaction, this.#options.limits);
    } catch (error) {
      return operation.reject(error);
    }
    if (verdict.type === 'writes') {
      const { changes, bytes } = verdict;
      const nowMs = this.#options.clock.now();
      const deadlines = verdict.ttls.map(ttl => (ttl === undefined ? undefined : deadlineOf(ttl, nowMs)));
      this.#head = { root: verdict.root, revision: revision + 1 };
      const group = this.#join();
      group.commits.push({ ...this.#head, changes, deadlines, bytes });
      const settle = (): void => operation.resolve({ ok: true, revision: revision + 1 });
      group.waiting.push({ operation, settle, reject: operation.reject });
      return;
    }
    const answer: TransactionResult =
      verdict.type === 'nothing' ? { ok: true, revision } : { ok: false, current: verdict.current, revision };
    this.#answerOnceDurable(operation, answer);
  }

  /** An answer that rests on what is not synced yet waits for that; a crash must not make it a lie. */
  #answerOnceDurable(operation: Operation, answer: TransactionResult): void {
    const settle = (): void => {
      const revision = Math.min(answer.revision, this.committed.revision);
      operation.resolve({ ...answer, revision });
    };
    const newest = this.#forming ?? this.#inFlight;
    const { root } = this.committed;
    const { guards } = operation.transaction;
    const isDurable = !answer.ok && guards.every(({ key }, index) => root.get(key) === answer.current[index]);
    if (newest === undefined || isDurable) settle();
    else newest.waiting.push({ operation, settle, reject: operation.reject });
  }

  #refusalOf(transaction: Transaction): StoreError | undefined {
    if (this.#failure !== undefined) return this.#failure;
    const waiting = (this.#inFlight?.waiting.length ?? 0) + (this.#forming?.waiting.length ?? 0);
    if (waiting >= this.#options.limits.pendingTransactions) {
      return new StoreError('Overrun', `${waiting} transactions already wait for the disk`);
    }
    const isRefused = this.#options.clock.monotonicMs() < this.#putsRefusedUntilMs && hasPut(transaction);
    return isRefused ? new StoreError('Full', 'the store is full; only deletes are accepted') : undefined;
  }

  #join(): Group {
    if (this.#forming === undefined) {
      this.#forming = { commits: [], waiting: [] };
      if (this.#inFlight === undefined) this.#options.defer(() => this.#flush());
    }
    return this.#forming;
  }

  #flush(): void {
    const group = this.#forming;
    if (group === undefined || this.#inFlight !== undefined) return;
    this.#forming = undefined;
    this.#inFlight = group;
    this.#options.disk.write(group.commits).then(
      () => this.#synced(group),
      (error: unknown) => this.#refused(group, error),
    );
  }

  #synced(group: Group): void {
    if (this.#inFlight !== group) return;
    this.#inFlight = undefined;
    const last = group.commits.at(-1);
    if (last !== undefined) this.committed = { root: last.root, revision: last.revision };
    this.#options.published(group.commits);
    for (const { settle } of group.waiting) settle();
    if (this.#forming !== undefined) this.#options.defer(() => this.#flush());
  }

  #refused(group: Group, error: unknown): void {
    if (this.#inFlight !== group) return;
    if (!(error instanceof StoreError && error.code === 'Full')) {
      const reason = messageOf(error);
      return this.fail(new StoreError('Failed', `the store stopped: a write failed: ${reason}`, { cause: error }));
    }
    const waiting = [...group.waiting, ...(this.#forming?.waiting ?? [])];
    this.#inFlight = this.#forming = undefined;
    /** The revisions that were handed out stay unused: some reader of `value` may have seen them. */
    this.#head = { root: this.committed.root, revision: this.#head.revision };
    this.#putsRefusedUntilMs = this.#options.clock.monotonicMs() + FULL_RETRY_MS;
    for (const { operation, reject } of waiting) {
      if (operation === undefined || operation.isRetry || hasPut(operation.transaction)) reject(error);
      else this.#admit({ ...operation, isRetry: true });
    }
  }
}

interface Operation {
  readonly transaction: Transaction;
  readonly isRetry: boolean;
  readonly resolve: (result: TransactionResult) => void;
  readonly reject: (error: unknown) => void;
}

interface Waiting {
  readonly operation: Operation | undefined;
  readonly settle: () => void;
  readonly reject: (error: unknown) => void;
}

interface Group {
  readonly commits: Commit[];
  readonly waiting: Waiting[];
}

const hasPut = (transaction: Transaction): boolean => transaction.writes.some(write => 'put' in write);
