import type { EventEmitter } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable, Writable } from 'node:stream';
import type { TLSSocket } from 'node:tls';

/** A request as it came in and its answer as it goes out, alike for both versions of HTTP. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly socket: TLSSocket;
  /** What closes when the client goes. */
  readonly carrier: EventEmitter & { readonly destroyed: boolean };
  /** Whether one comes after the headers. */
  readonly bringsBody: boolean;
  readonly body: Readable;
  /** Throws `StatusError` for what another reader of the same bytes could take for another request. */
  refuseAmbiguous(): void;
  /** Whether the body, now that it is at its end, came to that by the client's will. */
  isBodyWhole(): boolean;
  /** Once the answer is out, makes the sender send no more of it. Whether the protocol has a way for that. */
  stopBody(): boolean;
  readonly reply: Reply;
  /** Takes no more requests on an HTTP/2 connection. */
  closeSession(): void;
}

/** Headers are lower-case and go out with the first byte of the body. */
export interface Reply {
  code: number;
  readonly isBegun: boolean;
  setHeader(name: string, value: string | number): void;
  /** One more of that name. */
  addHeader(name: string, value: string): void;
  hasHeader(name: string): boolean;
  /** Sends the headers; the body is written to what it returns. */
  begin(): Writable;
  end(body?: Buffer | string): void;
  /** Breaks off what was begun. */
  destroy(): void;
}
