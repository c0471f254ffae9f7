/** Every bound of a store. A test or a small machine may pass smaller ones. */
export interface StoreLimits {
  /** Bytes of one value; what etcd takes in one request. */
  readonly valueBytes: number;
  /** Bytes of one key. */
  readonly keyBytes: number;
  readonly writesPerTransaction: number;
  /** Transactions that wait for a sync; more are refused until some are answered. */
  readonly pendingTransactions: number;
  /** History younger than this is kept, unless the two bounds below are reached. Milliseconds. */
  readonly historyMs: number;
  readonly historyRevisions: number;
  /** Bytes of superseded and new values that history may hold on to. */
  readonly historyBytes: number;
  /** Expired keys deleted by one transaction. */
  readonly expiriesPerTransaction: number;
}

export const STORE_LIMITS: StoreLimits = {
  valueBytes: 1.5 * 1024 * 1024,
  keyBytes: 4096,
  writesPerTransaction: 1000,
  pendingTransactions: 16_384,
  historyMs: 5 * 60_000,
  historyRevisions: 50_000,
  historyBytes: 64 * 1024 * 1024,
  expiriesPerTransaction: 500,
};

/** A root of the tree is kept every so many revisions; those between are made from the one after. */
export const REVISIONS_PER_ROOT = 128;
/** Roots that were made for old reads and may be asked again by the next page of a list. */
export const REBUILT_ROOTS = 8;
/** A key with a TTL may outlive it by this part of it, so that many expire together; see `expiry.ts`. */
export const EXPIRY_SLACK = 0.05;
export const MIN_EXPIRY_STEP_MS = 1_000;
export const MAX_EXPIRY_STEP_MS = 60_000;
/** Wait before puts are tried again after the disk or quota was found full. */
export const FULL_RETRY_MS = 1_000;
