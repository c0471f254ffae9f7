/** Until a connection to a kubelet stands, its certificate verified. */
export const DIAL_MS = 10_000;
/** Until a kubelet begins its answer. */
export const ANSWER_MS = 30_000;
/** Of a refusal, what is read and told. */
export const REFUSAL_BYTES = 64 * 1024;
/** How long the last bytes of an ended stream may take to a client that does not read. */
export const LAST_BYTES_MS = 5_000;
/** Until a document was read whole, or a discovery passed on began; the aggregator's discovery timeout. */
export const READ_MS = 5_000;
/** Of such a document. */
export const READ_BYTES = 16 * 1024 * 1024;
/** An API that was answered is asked for again after it, milliseconds; the aggregator's resync. */
export const REMOTE_CHECK_MS = 30_000;
/** One that was not, at first; then twice as long each time, up to the above. */
export const REMOTE_RETRY_MS = 500;
/** Endpoints of one API that are tried for one check. */
export const REMOTE_ATTEMPTS = 5;
/** Between tries to register local APIs that failed, milliseconds. */
export const REGISTER_RETRY_MS = 1_000;
