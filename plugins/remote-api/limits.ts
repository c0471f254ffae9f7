/** How an agent's connections to the API server behave; a test passes shorter ones. */
export interface ConnectionLimits {
  /** TCP, TLS and the server's settings must be there by then, milliseconds. */
  readonly connectMs: number;
  /** The head of an answer must be there by then, milliseconds. */
  readonly headMs: number;
  /** A whole answer must be there by then, watches excepted, milliseconds; apiserver's RequestTimeout. */
  readonly answerMs: number;
  /** Between pings of a connection, and how long an answer to one is waited for, milliseconds. */
  readonly pingMs: number;
  readonly pongMs: number;
  /** Streams of one connection; another is opened for more. Below what the server admits. */
  readonly streams: number;
}

export const CONNECTION_LIMITS: ConnectionLimits = {
  connectMs: 10_000,
  headMs: 30_000,
  answerMs: 60_000,
  pingMs: 10_000,
  pongMs: 10_000,
  streams: 500,
};

/** What the server may send of one answer ahead of its reader. */
export const STREAM_WINDOW_BYTES = 256 * 1024;

/** Bytes of one answer, lists included, and of one event of a watch. */
export const ANSWER_BYTES = 256 * 1024 * 1024;
export const FRAME_BYTES = 16 * 1024 * 1024;

/** A request that is told to come back later does so this often, after waits of at most so long; as client-go. */
export const LATER_ATTEMPTS = 10;
export const LATER_MAX_MS = 30_000;

/** Characters of the answer to `/cacerts`. */
export const CA_BYTES = 64 * 1024;

/** A request for a certificate is signed by then, or made anew. */
export const SIGNING_MS = 60_000;

/** A certificate is renewed when less than this share of its life is left. */
export const RENEW_SHARE = 0.25;

/** Between attempts to reach a server that this node has not joined yet. */
export const JOIN_RETRY = { baseMs: 500, capMs: 10_000 } as const;
