import { connect, constants, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { isIP } from 'node:net';
import type { Readable } from 'node:stream';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { StatusError } from '../../src/api/status-error.ts';
import { messageOf } from '../../src/base/message-of.ts';
import type { Clock, Timers } from '../../src/base/world.ts';
import type { RequestCounts } from './request-counts.ts';
import { CONNECTION_LIMITS, STREAM_WINDOW_BYTES, type ConnectionLimits } from './limits.ts';

export type Credential =
  | { readonly type: 'none' }
  | { readonly type: 'bearer'; readonly token: string }
  | { readonly type: 'certificate'; readonly certificate: string; readonly privateKey: string };

export interface ApiConnectionOptions {
  /** `https://host:port`. */
  readonly server: string;
  /** The server's certificate must be of this CA. */
  readonly caCertificate: string;
  readonly credential: Credential;
  readonly timers: Timers;
  /** Told of each request. */
  readonly counts?: { readonly requests: Pick<RequestCounts, 'observe'>; readonly clock: Pick<Clock, 'monotonicMs'> };
  readonly limits?: Partial<ConnectionLimits>;
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly contentType?: string;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** To be read to its end or destroyed. */
  readonly body: Readable;
}

interface Session {
  readonly http2: ClientHttp2Session;
  readonly socket: TLSSocket;
  readonly connected: Promise<void>;
  streams: number;
  /** Takes no more requests. */
  isLeft: boolean;
}

/**
 * Requests to one API server over HTTP/2. A connection is made when one is needed, asked by pings whether it lives, and
 * made anew when it does not. What cannot be sent or is not answered rejects with `StatusError` ServiceUnavailable.
 */
export class ApiConnection implements Disposable {
  readonly #options: ApiConnectionOptions;
  readonly #limits: ConnectionLimits;
  readonly #sessions = new Set<Session>();
  #credential: Credential;

  constructor(options: ApiConnectionOptions) {
    this.#options = options;
    this.#limits = { ...CONNECTION_LIMITS, ...options.limits };
    this.#credential = options.credential;
  }

  get limits(): ConnectionLimits {
    return this.#limits;
  }

  get server(): string {
    return this.#options.server;
  }

  /** For requests from now on; answers that have begun go on over the connections they came by. */
  use(credential: Credential): void {
    this.#credential = credential;
    for (const session of this.#sessions) {
      session.isLeft = true;
      session.http2.close();
    }
  }

  /** Resolves with the head of the answer. A read that met the end of its connection is sent once more. */
  async send(request: ApiRequest): Promise<ApiAnswer> {
    const isReused = [...this.#sessions].some(({ http2, isLeft }) => !isLeft && !http2.connecting);
    try {
      return await this.#send(request);
    } catch (error) {
      if (request.signal?.aborted === true || request.method !== 'GET' || !isReused) throw this.#unreachable(error);
    }
    return this.#send(request).catch((error: unknown) => {
      throw this.#unreachable(error);
    });
  }

  [Symbol.dispose](): void {
    for (const { http2, socket } of this.#sessions) {
      http2.destroy();
      socket.destroy();
    }
  }

  #unreachable(cause: unknown): StatusError {
    const why = messageOf(cause);
    return new StatusError('ServiceUnavailable', `cannot reach ${this.#options.server}: ${why}`, { cause });
  }

  async #send(request: ApiRequest): Promise<ApiAnswer> {
    const { counts } = this.#options;
    if (counts === undefined) return this.#sendOnce(request);
    const { requests, clock } = counts;
    const beganMs = clock.monotonicMs();
    let code = '<error>';
    try {
      const answer = await this.#sendOnce(request);
      code = String(answer.status);
      return answer;
    } finally {
      requests.observe(request.method, code, clock.monotonicMs() - beganMs);
    }
  }

  async #sendOnce({ method, path, contentType, body, signal }: ApiRequest): Promise<ApiAnswer> {
    const session = this.#take();
    session.streams += 1;
    let isCounted = true;
    const uncount = (): void => {
      if (isCounted) session.streams -= 1;
      isCounted = false;
    };
    try {
      await session.connected;
      signal?.throwIfAborted();
      const credential = this.#credential;
      const headers = {
        ':method': method,
        ':path': path,
        accept: 'application/json',
        'user-agent': 'tiphys',
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
        ...(credential.type === 'bearer' ? { authorization: `Bearer ${credential.token}` } : {}),
      };
      const stream = session.http2.request(headers, { endStream: body === undefined });
      stream.on('close', uncount);
      if (body !== undefined) stream.end(body);
      return await headOf(stream, this.#limits.headMs, this.#options.timers, signal);
    } catch (error) {
      uncount();
      throw error;
    }
  }

  #take(): Session {
    for (const session of this.#sessions) {
      const { http2, streams, isLeft } = session;
      if (!isLeft && !http2.destroyed && !http2.closed && streams < this.#limits.streams) return session;
    }
    const session = this.#open();
    this.#sessions.add(session);
    return session;
  }

  #open(): Session {
    const { server, caCertificate, timers } = this.#options;
    const { connectMs, pingMs, pongMs } = this.#limits;
    const credential = this.#credential;
    const { hostname, port } = new URL(server);
    const host = hostname.replace(/^\[|\]$/g, '');
    const socket = connectTls({
      host,
      port: port === '' ? 443 : Number(port),
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ALPNProtocols: ['h2'],
      ca: caCertificate,
      minVersion: 'TLSv1.2',
      ...(credential.type === 'certificate' ? { cert: credential.certificate, key: credential.privateKey } : {}),
    });
    const http2 = connect(server, {
      createConnection: () => socket,
      settings: { enablePush: false, initialWindowSize: STREAM_WINDOW_BYTES },
    });
    const { promise: connected, resolve, reject } = Promise.withResolvers<void>();
    connected.catch(() => undefined);
    const session: Session = { http2, socket, connected, streams: 0, isLeft: false };
    const late = timers.after(connectMs, () => http2.destroy(new Error(`no connection in ${connectMs / 1000} s`)));
    const pings = timers.every(pingMs, () => {
      // A session that the peer has ended may leave its socket open.
      if (http2.destroyed) socket.destroy();
      if (http2.connecting || http2.destroyed) return;
      const deaf = timers.after(pongMs, () => http2.destroy(new Error('it does not answer pings any more')));
      if (!http2.ping(() => deaf[Symbol.dispose]())) deaf[Symbol.dispose]();
    });
    const leave = (): void => void (session.isLeft = true);
    http2.on('connect', () => {
      late[Symbol.dispose]();
      resolve();
    });
    http2.on('goaway', leave);
    http2.on('error', (error: Error) => {
      leave();
      reject(error);
    });
    http2.on('close', () => {
      this.#sessions.delete(session);
      late[Symbol.dispose]();
      pings[Symbol.dispose]();
      reject(new Error('the connection was closed'));
    });
    return session;
  }
}

/** The answer once its head is there. Whatever ends the stream before that rejects. */
function headOf(
  stream: ReturnType<ClientHttp2Session['request']>,
  headMs: number,
  timers: Timers,
  signal: AbortSignal | undefined,
): Promise<ApiAnswer> {
  return new Promise((resolve, reject) => {
    const cancel = (): void => stream.close(constants.NGHTTP2_CANCEL);
    const late = timers.after(headMs, () => {
      reject(new Error(`no answer in ${headMs / 1000} s`));
      cancel();
    });
    signal?.addEventListener('abort', cancel, { once: true });
    stream.on('response', headers => {
      late[Symbol.dispose]();
      resolve({ status: headers[':status'] ?? 0, headers, body: stream });
    });
    // Whoever reads the body hears of it as well.
    stream.on('error', reject);
    stream.on('close', () => {
      late[Symbol.dispose]();
      signal?.removeEventListener('abort', cancel);
      reject(new Error('the connection ended before the answer'));
    });
  });
}
