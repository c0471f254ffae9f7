/** Bytes the database may grow to; everything in it is also held in memory. */
export const DEFAULT_QUOTA_BYTES = 4 * 1024 ** 3;
/** Beyond the quota, for deletes and for tidying up. */
export const RESERVE_BYTES = 8 * 1024 ** 2;
/** Of the write-ahead log, for deletes on a full disk... */
export const LOG_RESERVE_BYTES = 4 * 1024 ** 2;
/** ...and by how much its file is made longer at a time. */
export const LOG_STEP_BYTES = 512 * 1024;
/** Two objects of 1.5 KB would leave a quarter of a page of 4 KB empty. */
export const PAGE_BYTES = 8192;
/** The write-ahead log is copied into the database after about so much was appended to it... */
export const CHECKPOINT_BYTES = 4 * 1024 ** 2;
/** ...and its file is cut back to this when a burst or a long reader let it grow. */
export const WAL_FILE_BYTES = 16 * 1024 ** 2;
/** Superseded rows deleted along with one group of writes: at least, and per row written. */
export const GARBAGE_PER_GROUP = 256;
export const GARBAGE_PER_ROW = 4;
/** Space of the store's thread for young objects. It has little of its own, so that more would only stand empty. */
export const YOUNG_MEGABYTES = 2;
/** Rows travel between the threads in chunks of about this size when the store opens. */
export const LOAD_CHUNK_BYTES = 1024 ** 2;
/** Free pages are given back when they are more than this part of the file, so many at a time. */
export const VACUUM_WHEN_FREE = 0.25;
export const VACUUM_PAGES = 256;
/** A thread that neither opens, writes nor closes within this is taken for dead. Milliseconds. */
export const OPEN_DEADLINE_MS = 120_000;
export const WRITE_DEADLINE_MS = 60_000;
export const CLOSE_DEADLINE_MS = 10_000;
/** How long SQLite waits for another process that holds the file, as a snapshot does for moments. Milliseconds. */
export const BUSY_MS = 5_000;
export const BACKUP_DEADLINE_MS = 600_000;
/** Wait before a store that failed is opened anew, doubled each time it fails again soon after. Milliseconds. */
export const MEND_BASE_MS = 250;
export const MEND_CAP_MS = 30_000;
