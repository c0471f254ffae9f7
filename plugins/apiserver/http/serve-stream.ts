import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Exchange } from './exchange.ts';
import { Http2Exchange } from './http2-exchange.ts';

export interface StreamServer {
  /** Of its connection: one that sends hundreds of requests at once has them begun a few at a time. */
  readonly turn: Promise<void>;
  readonly serve: (exchange: Exchange) => Promise<void>;
}

/** A request over HTTP/2, with what HTTP asks of every server done before; one that was reset meanwhile never begins. */
export async function serveStream(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  { turn, serve }: StreamServer,
): Promise<void> {
  // Told by the stream's closing.
  stream.on('error', () => undefined);
  await turn;
  if (stream.closed || stream.destroyed) return;
  const exchange = new Http2Exchange(stream, headers);
  const { expect } = headers;
  if (headers[':method'] === 'CONNECT') return refuse(exchange, 405);
  if (expect !== undefined && expect !== '100-continue') return refuse(exchange, 417);
  if (expect !== undefined) stream.additionalHeaders({ ':status': 100 });
  await serve(exchange);
}

function refuse(exchange: Http2Exchange, code: number): void {
  exchange.code = code;
  exchange.end();
}
