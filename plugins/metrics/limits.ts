/** A measurement is good for so long, milliseconds; shorter than autoscalers' period, so that each pass has a new one. */
export const FRESH_MS = 10_000;
/** One that is older than this begins no window any more. */
export const STALE_MS = 60_000;
/** The window where nothing was measured lately, milliseconds: whoever asks first waits for it. */
export const FIRST_WINDOW_MS = 1_000;
/** Until a node has told its usage, milliseconds. */
export const READ_MS = 10_000;
