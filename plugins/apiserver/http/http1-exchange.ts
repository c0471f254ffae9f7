import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { Exchange, Reply } from './exchange.ts';
import { refuseAmbiguous } from './refuse-ambiguous.ts';

export class Http1Exchange implements Exchange, Reply {
  readonly body: IncomingMessage;
  readonly carrier: ServerResponse;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.body = request;
    this.carrier = response;
  }

  get method(): string {
    return this.body.method ?? '';
  }
  get url(): string {
    return this.body.url ?? '';
  }
  get headers(): IncomingHttpHeaders {
    return this.body.headers;
  }
  get socket(): TLSSocket {
    return this.body.socket as TLSSocket;
  }
  get bringsBody(): boolean {
    const { 'transfer-encoding': coding, 'content-length': length = '0' } = this.headers;
    return coding !== undefined || Number(length) > 0;
  }
  get reply(): Reply {
    return this;
  }
  get code(): number {
    return this.carrier.statusCode;
  }
  set code(code: number) {
    this.carrier.statusCode = code;
  }
  get isBegun(): boolean {
    return this.carrier.headersSent;
  }

  refuseAmbiguous(): void {
    refuseAmbiguous(this.body.rawHeaders);
  }

  isBodyWhole(): boolean {
    return this.body.complete;
  }

  stopBody(): boolean {
    return false;
  }

  closeSession(): void {
    // HTTP/1.1 has no sessions.
  }

  setHeader(name: string, value: string | number): void {
    this.carrier.setHeader(name, value);
  }

  addHeader(name: string, value: string): void {
    this.carrier.appendHeader(name, value);
  }

  hasHeader(name: string): boolean {
    return this.carrier.hasHeader(name);
  }

  begin(): Writable {
    this.carrier.flushHeaders();
    return this.carrier;
  }

  end(body?: Buffer | string): void {
    if (body === undefined) this.carrier.end();
    else this.carrier.end(body);
  }

  destroy(): void {
    this.carrier.destroy();
  }
}
