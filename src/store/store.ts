import { CodedError } from '../base/coded-error.ts';
import { serviceRef } from '../kernel/plugin.ts';

/**
 * The typed store's contract: what an API server asks of etcd, and no more. Two drivers keep it, held
 * by one conformance suite. **Visible means durable**: guards are judged against `head`; acknowledgements,
 * reads, watch events and conflict answers see only what is synced to disk.
 */
export interface Store {
  /** Newest durable revision; the only one readers can see. */
  readonly committed: Revision;
  /** The oldest revision that can be read, or watched after; asking for less fails with `Compacted`. */
  readonly compacted: Revision;
  /** Why it takes no writes, from a failed one on; a driver may mend itself. A full disk is no failure. */
  readonly failure: StoreError | undefined;
  get(
    key: string,
    options?: { readonly revision?: Revision },
  ): Promise<{ entry: Entry | undefined; revision: Revision }>;
  /** Entries whose key starts with `prefix`, in byte order of their keys, all at one revision. */
  list(prefix: string, options?: RangeOptions): Promise<Range>;
  count(prefix: string): Promise<number>;
  /**
   * All writes or none. Every write of one transaction carries the same new revision. Rejects with
   * `StoreError` when the store has failed or is full; an answer means it is durable. Deletes of absent
   * keys change nothing: a transaction of only such makes no revision and answers the newest one.
   */
  transact(transaction: Transaction): Promise<TransactionResult>;
  /**
   * Changes after revision `after` whose keys start with `prefix`, a batch per revision, never split.
   * Throws `Compacted` when the history does not reach back, `Overrun` when the reader is too slow.
   */
  watch(prefix: string, options: WatchOptions): AsyncIterable<WatchBatch>;
  /** Forgets what older revisions said; current entries stay. */
  compact(revision: Revision): Promise<void>;
  /** A consistent copy of everything, written to `path` while the store runs. */
  backup(path: string): Promise<void>;
}
export const store = serviceRef<Store>('store');

/** A revision of the whole store; at most 2^53, never reused. 0 is "before everything"; an empty store is at 1. */
export type Revision = number;

export interface Entry {
  readonly key: string;
  /** Throws `Unreadable` where it was sealed and cannot be opened. */
  readonly value: Buffer;
  readonly createRevision: Revision;
  readonly modRevision: Revision;
}

export interface RangeOptions {
  readonly revision?: Revision;
  readonly limit?: number;
  /** Only keys greater than this one. */
  readonly after?: string;
}

export interface Range {
  readonly entries: readonly Entry[];
  readonly revision: Revision;
  /** Keys beyond the last entry, 0 on the last page. */
  readonly remaining: number;
}

export interface Transaction {
  /** Each key's newest revision must be the one named; 0: the key must not exist. */
  readonly guards: readonly { readonly key: string; readonly modRevision: Revision }[];
  readonly writes: readonly Write[];
}

export type Write =
  | {
      readonly put: string;
      readonly value: Buffer;
      /** Where in `value` the store is to put the revision the write gets, in digits, so that stored bytes carry it. */
      readonly revisionAt?: number;
      readonly ttlSeconds?: number;
    }
  | { readonly delete: string };

export type TransactionResult =
  | { readonly ok: true; readonly revision: Revision }
  /** The guarded entries as they durably are, in the order of the guards. */
  | { readonly ok: false; readonly current: readonly (Entry | undefined)[]; readonly revision: Revision };

export interface WatchOptions {
  readonly after: Revision;
  readonly signal: AbortSignal;
  /** A batch without changes at least this often, telling how far the watch has come. */
  readonly progressMs?: number;
}

export interface WatchBatch {
  readonly revision: Revision;
  readonly changes: readonly Change[];
}

export type Change =
  | { readonly type: 'put'; readonly entry: Entry; readonly previous: Entry | undefined }
  | { readonly type: 'delete'; readonly key: string; readonly previous: Entry; readonly revision: Revision };

export class StoreError extends CodedError<StoreErrorCode> {}
/**
 * `Failed`: a write or sync failed, and nothing more is accepted before the disk was read again. `Unanswered`: whoever
 * keeps the store did not say whether it was done, and it may yet be. `Unreadable`: one value, which was sealed by a key
 * that is not at hand; everything else is as it was.
 */
export type StoreErrorCode =
  | 'Compacted'
  | 'FutureRevision'
  | 'Overrun'
  | 'Full'
  | 'Failed'
  | 'Unanswered'
  | 'Corrupt'
  | 'Locked'
  | 'Closed'
  | 'ValueTooLarge'
  | 'Unreadable';
