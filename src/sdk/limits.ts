import type { BackoffOptions } from '../base/backoff.ts';

/** Between failed passes over one key; client-go's default controller rate limiter. */
export const RETRY: BackoffOptions = { baseMs: 5, capMs: 1_000_000 };

/** Between failed lists or watches of one kind; client-go's reflector starts at 800 ms, in process there is no need. */
export const RELIST: BackoffOptions = { baseMs: 100, capMs: 30_000 };

/** Objects fetched a page when a cache fills; client-go's pager. */
export const LIST_PAGE = 500;

/** How long a key waits for the caches to show its own writes before it runs regardless. */
export const GATE_MS = 30_000;

/** Passes of one controller under way at once unless it says otherwise. */
export const WORKERS = 5;

/** Events of one recorder not yet written; more are dropped and counted. */
export const EVENT_QUEUE = 1000;
