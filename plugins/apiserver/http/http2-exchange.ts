import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { Writable } from 'node:stream';
import type { Exchange, Reply } from './exchange.ts';

/** On the stream itself, without what Node puts around it to look like HTTP/1.1. */
export class Http2Exchange implements Exchange, Reply {
  readonly headers: IncomingHttpHeaders;
  readonly body: ServerHttp2Stream;
  code = 200;
  readonly #head: Record<string, string | number | string[]> = {};

  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders) {
    this.body = stream;
    this.headers = headers;
  }

  get method(): string {
    return this.headers[':method'] ?? '';
  }
  get url(): string {
    return this.headers[':path'] ?? '';
  }
  /** Hidden behind a proxy that answers what certificates are asked for; that of the session is the same one for all. */
  get socket(): TLSSocket {
    return this.body.session?.socket as TLSSocket;
  }
  get bringsBody(): boolean {
    return !this.body.endAfterHeaders;
  }
  get carrier(): ServerHttp2Stream {
    return this.body;
  }
  get reply(): Reply {
    return this;
  }
  get isBegun(): boolean {
    return this.body.headersSent;
  }

  refuseAmbiguous(): void {
    // Its frames say one thing only.
  }

  isBodyWhole(): boolean {
    return !this.body.closed;
  }

  stopBody(): boolean {
    this.body.close();
    return true;
  }

  closeSession(): void {
    this.body.session?.close();
  }

  setHeader(name: string, value: string | number): void {
    this.#head[name] = value;
  }

  addHeader(name: string, value: string): void {
    const before = this.#head[name];
    this.#head[name] = before === undefined ? [value] : [...[before].flat().map(String), value];
  }

  hasHeader(name: string): boolean {
    return Object.hasOwn(this.#head, name);
  }

  begin(): Writable {
    this.#respond(false);
    return this.body;
  }

  end(body?: Buffer | string): void {
    const isEmpty = body === undefined || body.length === 0;
    if (!this.isBegun) this.#respond(isEmpty);
    if (isEmpty) this.body.end();
    else this.body.end(body);
  }

  destroy(): void {
    this.body.destroy();
  }

  /** Nobody is answered any more whose stream is closed. */
  #respond(endStream: boolean): void {
    if (this.body.destroyed || this.body.closed) return;
    this.body.respond({ ':status': this.code, ...this.#head }, { endStream });
  }
}
