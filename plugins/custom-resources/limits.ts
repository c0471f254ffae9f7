/** How long a webhook may take to convert, milliseconds; that of upstream's clients of webhooks. */
export const CONVERSION_MS = 30_000;

/** Objects, and bytes of them, that a webhook is asked to convert at once. */
export const ASKED_OBJECTS = 500;
export const ASKED_BYTES = 1024 * 1024;
