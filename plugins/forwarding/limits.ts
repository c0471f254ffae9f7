/** Until a connection to a kubelet stands, its certificate verified. */
export const DIAL_MS = 10_000;
/** Until a kubelet begins its answer. */
export const ANSWER_MS = 30_000;
/** Of a refusal, what is read and told. */
export const REFUSAL_BYTES = 64 * 1024;
/** How long the last bytes of an ended stream may take to a client that does not read. */
export const LAST_BYTES_MS = 5_000;
