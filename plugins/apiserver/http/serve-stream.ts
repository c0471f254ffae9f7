import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Exchange } from './exchange.ts';
import { Http2Exchange } from './http2-exchange.ts';

/** A request over HTTP/2, with what HTTP asks of every server done before. */
export function serveStream(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  serve: (exchange: Exchange) => Promise<void>,
): void {
  // Told by the stream's closing.
  stream.on('error', () => undefined);
  const exchange = new Http2Exchange(stream, headers);
  const { expect } = headers;
  if (headers[':method'] === 'CONNECT') return refuse(exchange, 405);
  if (expect !== undefined && expect !== '100-continue') return refuse(exchange, 417);
  if (expect !== undefined) stream.additionalHeaders({ ':status': 100 });
  void serve(exchange);
}

function refuse(exchange: Http2Exchange, code: number): void {
  exchange.code = code;
  exchange.end();
}
