import type { StoreLimits } from '../../src/store/limits.ts';

/** What etcd takes, unless it is told to take more: 128 operations a transaction (`--max-txn-ops`). */
export const ETCD_LIMITS: Partial<StoreLimits> = { writesPerTransaction: 128, expiriesPerTransaction: 100 };
/** etcd refuses requests of more than 1.5 MiB (`--max-request-bytes`); a value leaves room for its key and its marks. */
export const REQUEST_ROOM_BYTES = 8 * 1024;

/** A request that is not answered by then may have been done or not. Below what a client waits for an answer. */
export const REQUEST_MS = 5_000;
/** Until the process and its etcd have found each other and all objects are read. */
export const OPEN_MS = 60_000;
/** Objects read by one request while the store opens. */
export const PAGE_ENTRIES = 1_000;
/** So far back a store that opens looks for changes, that watches go on where they were with the server before. */
export const REMEMBERED_REVISIONS = 5_000;

/** A connection that says nothing for so long is asked whether it lives, and given up if it does not say so. */
export const KEEPALIVE_MS = 10_000;
export const KEEPALIVE_TIMEOUT_MS = 5_000;

/** Between attempts to follow etcd again. */
export const RECONNECT_BASE_MS = 50;
export const RECONNECT_CAP_MS = 2_000;
/** Between attempts to open the store anew after what it held is no longer what etcd holds. */
export const REOPEN_BASE_MS = 100;
export const REOPEN_CAP_MS = 10_000;
