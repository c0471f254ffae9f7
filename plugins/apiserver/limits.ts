/** Bytes of a request body; apiserver's MaxRequestBodyBytes. */
export const BODY_BYTES = 3 * 1024 * 1024;

/** Bytes of all request headers together; Go's DefaultMaxHeaderBytes. */
export const HEADER_BYTES = 1024 * 1024;

/** A client must have sent its headers by then, milliseconds; apiserver's ReadHeaderTimeout. */
export const HEADERS_MS = 32_000;

/** A client must have sent its whole request by then, milliseconds; apiserver's RequestTimeout. */
export const REQUEST_MS = 60_000;

/** Between sweeps for connections past their deadline, milliseconds. */
export const DEADLINE_SWEEP_MS = 2_000;

/** Streams of one HTTP/2 connection open at once, and the window of each; as kube-apiserver advertises. */
export const HTTP2_STREAMS = 1000;
export const HTTP2_WINDOW_BYTES = 256 * 1024;

/** Characters of one path segment. */
export const PATH_SEGMENT_CHARS = 1024;

/** Requests being served at once, watches and streams not counted; apiserver's defaults. */
export const READS_IN_FLIGHT = 400;
export const WRITES_IN_FLIGHT = 200;

/** Watches and streams open at once over the network. */
export const LONG_RUNNING = 20_000;

/** How long a read waits for a revision that is not there yet, milliseconds; the cacher's blockTimeout. */
export const FUTURE_REVISION_MS = 3_000;

/** Between bookmarks of one watch, milliseconds; the cacher's bookmark period. */
export const BOOKMARK_MS = 60_000;

/** A watch without `timeoutSeconds` lives once to twice as long, seconds; apiserver's MinRequestTimeout. */
export const WATCH_SECONDS = 1800;

/** Bytes a watch may have waiting for a client that does not read; more cuts it. */
export const WATCH_BUFFER_BYTES = 4 * 1024 * 1024;

/** How long a watch waits for such a client, milliseconds. */
export const WATCH_STALL_MS = 30_000;

/** Encoded watch frames kept for other watches of the same change. */
export const SHARED_FRAMES = 1024;

/** Parsed objects kept in each of two generations. */
export const PARSED_OBJECTS = 8192;

/** Attempts at a write that others keep overtaking; etcd3 store and patch handler retry likewise. */
export const WRITE_ATTEMPTS = 25;

/** Attempts at a free generated name; registry's maxNameGenerationCreateAttempts. */
export const NAME_ATTEMPTS = 8;

/** Bytes of an answer written at once before other requests get their turn. */
export const ANSWER_CHUNK_BYTES = 64 * 1024;

/** Objects read from the store at once where a selector must look at each. */
export const SELECT_PAGE = 500;

/** Operations of one JSON patch; apiserver's maxJSONPatchOperations. */
export const JSON_PATCH_OPERATIONS = 10_000;

/** Bytes that `copy` operations of one JSON patch may add. */
export const JSON_PATCH_COPY_BYTES = 3 * 1024 * 1024;

/** Items that insertions into and removals from lists may push aside in one JSON patch. */
export const JSON_PATCH_SHIFTED_ITEMS = 50_000_000;

/** Removals of one deletecollection under way at once. */
export const DELETE_WORKERS = 8;

/** One whole API request other than watches and streams, milliseconds. */
export const HEALTH_CHECK_MS = 5_000;
