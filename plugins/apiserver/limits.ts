/** What one client, or all of them, may take of the door; a test passes smaller ones. */
export interface DoorLimits {
  /** Open at once, and never more than half of what this process may open: pods need the rest. */
  readonly connections: number;
  /** A client must have sent its headers by then, milliseconds; apiserver's ReadHeaderTimeout. */
  readonly headersMs: number;
  /** A client must have sent its whole request by then, milliseconds; apiserver's RequestTimeout. */
  readonly requestMs: number;
  /** Between sweeps for connections past their deadline, milliseconds. */
  readonly sweepMs: number;
  /** How long an answer or watch waits for a client that does not read, milliseconds. */
  readonly stallMs: number;
  /** A connection without a request is closed after it, milliseconds; apiserver's IdleTimeout. */
  readonly idleMs: number;
  /** A server that stops waits so long for requests under way, milliseconds. */
  readonly drainMs: number;
  /** Heavy requests of one user at once. */
  readonly heavyOfUser: number;
  /** Bytes of heavy bodies held at once, and of them those of one user. */
  readonly heavyBytes: number;
  readonly heavyBytesOfUser: number;
  /** How long a heavy request waits until there is room for its body, milliseconds; a quarter of `requestMs`, as apiserver's queues. */
  readonly heavyWaitMs: number;
  /** A heavy body that was waited for so long loses its room where others wait for it, milliseconds. */
  readonly heavyLateMs: number;
  /** Watches and streams open at once over the network. */
  readonly longRunning: number;
  /** Of them, those of one user. */
  readonly longRunningOfUser: number;
}

export const DOOR_LIMITS: DoorLimits = {
  connections: 20_000,
  headersMs: 32_000,
  requestMs: 60_000,
  sweepMs: 2_000,
  stallMs: 30_000,
  idleMs: 90_000,
  drainMs: 5_000,
  heavyOfUser: 32,
  heavyBytes: 32 * 1024 * 1024,
  heavyBytesOfUser: 8 * 1024 * 1024,
  heavyWaitMs: 15_000,
  heavyLateMs: 5_000,
  longRunning: 20_000,
  longRunningOfUser: 10_000,
};

/** Bytes of a request body; apiserver's MaxRequestBodyBytes. */
export const BODY_BYTES = 3 * 1024 * 1024;

/** A body that may hold the event loop for longer than a moment waits for its turn. */
export const HEAVY_BODY_BYTES = 32 * 1024;

/** Bytes of a body that a millisecond of the event loop receives and decrypts. */
export const READ_BYTES_PER_MS = 300_000;

/** Bytes of all request headers together; Go's DefaultMaxHeaderBytes. */
export const HEADER_BYTES = 1024 * 1024;

/** Streams of one HTTP/2 connection open at once, and the window of each; as kube-apiserver advertises. */
export const HTTP2_STREAMS = 1000;
export const HTTP2_WINDOW_BYTES = 256 * 1024;

/** Characters of one path segment. */
export const PATH_SEGMENT_CHARS = 1024;

/** How long a read waits for a revision that is not there yet, milliseconds; the cacher's blockTimeout. */
export const FUTURE_REVISION_MS = 3_000;

/** Between bookmarks of one watch, milliseconds; the cacher's bookmark period. */
export const BOOKMARK_MS = 60_000;

/** A watch without `timeoutSeconds` lives once to twice as long, seconds; apiserver's MinRequestTimeout. */
export const WATCH_SECONDS = 1800;

/** Encoded watch frames kept for other watches of the same change. */
export const SHARED_FRAMES = 1024;

/** Encoded bytes of the objects that are kept parsed, in each of two generations; parsed they take several times that. */
export const PARSED_BYTES = 8 * 1024 * 1024;
/** Bytes of the objects that are kept in protobuf, in each of two generations. */
export const MESSAGE_BYTES = 16 * 1024 * 1024;

/** Attempts at a write that others keep overtaking; etcd3 store and patch handler retry likewise. */
export const WRITE_ATTEMPTS = 25;

/** Attempts at a write that needs what other servers may give to others at the same time. */
export const CLAIM_ATTEMPTS = 16;

/** Attempts at a free generated name; registry's maxNameGenerationCreateAttempts. */
export const NAME_ATTEMPTS = 8;

/** Answers larger than this are compressed for clients that take it; smaller ones are not worth the time. */
export const GZIP_FROM_BYTES = 128 * 1024;

/** Bytes of an answer written at once before other requests get their turn. */
export const ANSWER_CHUNK_BYTES = 128 * 1024;

/** Larger answers are printed as YAML or indented in a thread. */
export const PRINTED_INLINE_BYTES = 32 * 1024;

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

/** What another server describes its API by is asked for again after it, milliseconds; the aggregator's OpenAPI sync. */
export const REMOTE_DOCUMENT_MS = 60_000;

/** One whole API request other than watches and streams, milliseconds. */
export const HEALTH_CHECK_MS = 5_000;
