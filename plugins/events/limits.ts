/** Objects, series and buckets remembered; client-go's correlator keeps as many. */
export const REMEMBERED = 4096;

/** Distinct messages of one series within the interval before they are told as one. */
export const SIMILAR_MESSAGES = 10;
export const SIMILAR_INTERVAL_MS = 600_000;

/** Events about one object: this many at once, then one each refill. */
export const BURST = 25;
export const REFILL_MS = 300_000;

/** Events of one recorder not yet written; further ones are dropped. */
export const QUEUE = 1000;

/** How long an event waits for others to be written with. */
export const WRITE_DELAY_MS = 100;
export const TOGETHER = 100;
