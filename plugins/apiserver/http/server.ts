import { constants } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2Session, IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import { FairTurns } from '../../../src/base/fair-turns.ts';
import { UnderWay } from '../../../src/base/under-way.ts';
import { withoutRouteSchemas } from '../../../src/base/without-route-schemas.ts';
import type { Clock, Timers } from '../../../src/base/world.ts';
import type { KeyPair } from '../../auth/contract.ts';
import fastify from 'fastify';
import { answerPlainHttp } from './answer-plain-http.ts';
import type { Exchange } from './exchange.ts';
import { Http1Exchange } from './http1-exchange.ts';
import { giveBack } from './give-back.ts';
import { serveStream } from './serve-stream.ts';
import { watchSession } from './watch-session.ts';
import { HEADER_BYTES, HTTP2_STREAMS, HTTP2_WINDOW_BYTES, type DoorLimits } from '../limits.ts';

export interface ServerOptions {
  readonly keys: KeyPair;
  /** Client certificates are verified against it; none is required. */
  readonly caCertificate: string;
  readonly bindAddress: string;
  readonly port: number;
  readonly limits: DoorLimits;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly timers: Timers;
  /** Answers a request, errors included. */
  serve(exchange: Exchange): Promise<void>;
  /** Of a request that asks for another protocol: whether `upgrade` takes it, or `serve` as though it had not asked. */
  mayUpgrade(request: IncomingMessage): boolean;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** Disposed of, it takes no more connections, answers what is under way for `limits.drainMs`, and cuts off the rest. */
export interface RunningServer extends AsyncDisposable {
  readonly port: number;
  /** For handshakes from now on; connections that stand go on. */
  renew(keys: KeyPair): void;
}

/** One TLS port for HTTP/2 and HTTP/1.1. Resolves once it listens. */
export async function listen(options: ServerOptions): Promise<RunningServer> {
  const { limits, timers } = options;
  const underWay = new UnderWay();
  const serve = (exchange: Exchange): Promise<void> => underWay.during(options.serve(exchange));
  const app = framework({ ...options, serve });
  const { server } = app;
  server.maxConnections = limits.connections;
  answerPlainHttp(server);
  // Node's imitation of HTTP/1.1 over HTTP/2 and the framework's over that cost as much as a get itself (decision 0007).
  server.removeAllListeners('stream');
  const turns = new FairTurns<Http2Session | undefined>(options.clock);
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    void serveStream(stream, headers, { turn: turns.take(stream.session), serve });
  });
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', session => {
    sessions.add(session);
    watchSession(session, limits);
    session.once('close', () => sessions.delete(session));
    session.once('error', () => session.destroy());
  });
  const sockets = new Set<TLSSocket>();
  server.on('secureConnection', socket => {
    sockets.add(socket);
    if (socket.alpnProtocol !== 'h2') socket.on('data', heed);
    socket.once('close', () => sockets.delete(socket));
  });
  // An option of servers of HTTP/1.1, which Node does not hand on to those that speak HTTP/2 besides.
  Object.assign(server, { shouldUpgradeCallback: (request: IncomingMessage) => options.mayUpgrade(request) });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.off('data', heed);
    options.upgrade(request, socket, head);
  });
  await app.listen({ host: options.bindAddress, port: options.port });
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    renew: keys => server.setSecureContext(secureContext(options, keys)),
    async [Symbol.asyncDispose]() {
      const closed = app.close();
      for (const session of sessions) session.close();
      const drained = Promise.all([underWay.over(), ...[...sessions].map(goneFrom)]);
      const patience = new AbortController();
      await Promise.race([drained, timers.sleep(limits.drainMs, patience.signal).catch(() => undefined)]);
      patience.abort();
      for (const session of sessions) session.destroy();
      for (const socket of sockets) socket.destroySoon();
      await closed;
    },
  };
}

/** Fastify with every request handed to `serve` before it judges anything itself. */
function framework(options: ServerOptions) {
  const { limits } = options;
  const serve = (request: { readonly raw: unknown }, reply: { readonly raw: unknown; hijack(): unknown }) => {
    reply.hijack();
    // What comes over HTTP/2 does not come here.
    return options.serve(new Http1Exchange(request.raw as IncomingMessage, reply.raw as ServerResponse));
  };
  const app = fastify({
    http2: true,
    https: {
      allowHTTP1: true,
      ...secureContext(options, options.keys),
      handshakeTimeout: limits.headersMs,
      requestCert: true,
      rejectUnauthorized: false,
      settings: { maxConcurrentStreams: HTTP2_STREAMS, initialWindowSize: HTTP2_WINDOW_BYTES },
      maxHeaderListPairs: 1000,
      maxHeaderSize: HEADER_BYTES,
      maxSessionMemory: SESSION_MEGABYTES,
      connectionsCheckingInterval: limits.sweepMs,
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.idleMs,
    } as object,
    routerOptions: { maxParamLength: 64 * 1024, ignoreTrailingSlash: false },
    return503OnClosing: false,
    exposeHeadRoutes: false,
    schemaController: withoutRouteSchemas,
    frameworkErrors: (_error, request, reply) => void serve(request, reply),
  });
  app.removeAllContentTypeParsers();
  // Bodies are read by whoever answers, after the client is known and allowed.
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  // Before the framework judges anything of a request itself.
  app.addHook('onRequest', (request, reply) => serve(request, reply));
  app.all('/*', ended);
  app.setNotFoundHandler(ended);
  return app;
}

const secureContext = (
  { caCertificate }: ServerOptions,
  { certificate, privateKey }: KeyPair,
): SecureContextOptions => ({
  cert: certificate,
  key: privateKey,
  ca: caCertificate,
  minVersion: 'TLSv1.2',
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
});

/**
 * Node feeds its parser of HTTP/1.1 below the socket's stream until somebody listens to `data`. There TLS hands over
 * all that it has decrypted, also to a parser that is paused while the last answer is still being sent, which breaks
 * the connection off. Through the stream a pause holds. The parser, which comes first, keeps a copy of what is a body.
 */
function heed(this: TLSSocket, chunk: Buffer): void {
  // Who has just taken over the connection was given the end of it.
  if (this.listenerCount('data', heed) > 0) giveBack(chunk);
}

/** However it ends: an error is the client's affair. */
const goneFrom = (session: ServerHttp2Session): Promise<void> => new Promise(gone => session.once('close', gone));

/** Every request is answered before it comes to a handler. */
const ended = (): void => undefined;

/** Megabytes that one HTTP/2 session may hold, all its streams together. */
const SESSION_MEGABYTES = 64;
