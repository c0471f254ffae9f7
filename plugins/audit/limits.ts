/** Bytes of events that wait to be sent in batches; beyond them events are lost, as beyond their number. */
export const BUFFERED_BYTES = 64 * 1024 * 1024;

/** Bytes handed to the system in one write, others served in between. */
export const WRITTEN_AT_ONCE = 1024 * 1024;

/** One attempt to send to a webhook, milliseconds; upstream's client for webhooks. */
export const WEBHOOK_MS = 30_000;

/** Attempts to send a batch, and how the wait between them grows; upstream's DefaultRetryBackoff. */
export const WEBHOOK_ATTEMPTS = 5;
export const WEBHOOK_BACKOFF_FACTOR = 1.5;
export const WEBHOOK_BACKOFF_JITTER = 0.2;

/** Batches under way to a webhook at once; upstream has no limit. */
export const WEBHOOK_BATCHES = 64;

/** Bytes of a webhook's answer that are read; nothing of it matters but that it is one. */
export const WEBHOOK_ANSWER_BYTES = 1024 * 1024;

/** A server that stops waits so long for events to be delivered, milliseconds. */
export const CLOSE_MS = 10_000;

/** Characters of a client's name for itself; upstream's maxUserAgentLength. */
export const USER_AGENT_CHARS = 1024;

/** A request that took longer tells where its time went, milliseconds; upstream's. */
export const SLOW_MS = 500;
