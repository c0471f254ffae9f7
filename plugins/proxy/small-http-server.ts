import type { Server } from 'node:http';
import { backoffMs } from '../../src/base/backoff.ts';
import { http } from '../../src/base/http.ts';
import type { Timers } from '../../src/base/world.ts';
import { limits } from './limits.ts';

export interface SmallAnswer {
  readonly code: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `undefined`: there is no such page. */
export type SmallHandler = (path: string) => SmallAnswer | undefined;

/** Where one listens. */
export interface SmallAddress {
  /** Of this node; all of its addresses unless given. */
  readonly host?: string;
  readonly port: number;
}

/** Answers short texts to whoever asks. A port that is taken is told of once and asked for again, ever later. */
export class SmallHttpServer implements Disposable {
  readonly #server: Server;
  readonly #timers: Timers;
  readonly #at: SmallAddress;
  #retry: Disposable | undefined;
  #failures = 0;

  constructor(timers: Timers, at: SmallAddress, handle: SmallHandler, onRefused: (error: Error) => void) {
    this.#timers = timers;
    this.#at = at;
    const { healthHeaderBytes: maxHeaderSize, healthRequestMs: requestTimeout } = limits;
    const bounds = { maxHeaderSize, requestTimeout, connectionsCheckingInterval: requestTimeout };
    this.#server = http.createServer(bounds, (request, response) => {
      const { code, body, headers } = handle((request.url ?? '').split('?', 1)[0] ?? '') ?? NOT_FOUND;
      response.writeHead(code, { ...headers, 'x-content-type-options': 'nosniff' }).end(body);
    });
    this.#server.maxConnections = limits.healthConnections;
    this.#server.on('error', error => {
      this.#failures += 1;
      if (this.#failures === 1) onRefused(error);
      const waitMs = backoffMs(this.#failures, { baseMs: limits.firstRetryMs, capMs: limits.lastRetryMs });
      this.#retry = this.#timers.after(waitMs, () => this.#listen());
    });
    this.#listen();
  }

  #listen(): void {
    this.#server.listen({ host: '0.0.0.0', ...this.#at });
  }

  [Symbol.dispose](): void {
    this.#retry?.[Symbol.dispose]();
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

export const JSON_TYPE = { 'content-type': 'application/json' } as const;
export const TEXT_TYPE = { 'content-type': 'text/plain; charset=utf-8' } as const;
const NOT_FOUND: SmallAnswer = { code: 404, body: '404 page not found\n', headers: TEXT_TYPE };
