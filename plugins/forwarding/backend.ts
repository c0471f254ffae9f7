import type { IncomingMessage } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import type { ConnectionOptions } from 'node:tls';
import type { Timers } from '../../src/base/world.ts';
import { dialProblem } from '../../src/base/dial-problem.ts';
import { http } from '../../src/base/http.ts';
import { ANSWER_MS, DIAL_MS } from './limits.ts';

/** Where a request goes on to. */
export interface Backend {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  /** Of an https one: how it is known, and how it knows us. */
  readonly tls?: BackendTls;
}

export interface BackendTls {
  /** Not verified without, unless by what this machine trusts. */
  readonly ca?: string;
  readonly trustsSystem?: true;
  readonly cert?: string;
  readonly key?: string;
  /** What its certificate is issued to, where that is not its address. */
  readonly serverName?: string;
}

export interface BackendRequest {
  readonly method: string;
  /** Path and query, encoded. */
  readonly path: string;
  /** Flat pairs, as `rawHeaders` has them; `Host` is added. */
  readonly headers: readonly string[];
  readonly body?: Uint8Array;
  readonly signal: AbortSignal;
}

export type BackendAnswer =
  | { readonly type: 'answer'; readonly answer: IncomingMessage }
  | { readonly type: 'upgrade'; readonly answer: IncomingMessage; readonly socket: Duplex; readonly head: Buffer };

/** A backend that could not be asked; the message is Go's. */
export class BackendError extends Error {
  readonly code = 'BackendUnreachable';
}

/** Sends one request on a connection of its own, and answers with the head of what comes back. */
export function askBackend(timers: Timers, backend: Backend, asked: BackendRequest): Promise<BackendAnswer> {
  const { scheme, host, port, tls } = backend;
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const options = {
    host,
    port,
    method: asked.method,
    path: asked.path,
    headers: [...asked.headers, 'Host', address, ...lengthOf(asked)],
    agent: false as const,
    signal: asked.signal,
  };
  return new Promise((resolve, reject) => {
    const request =
      scheme === 'http'
        ? http.request(options)
        : secureRequest({
            ...options,
            ...(tls?.cert === undefined ? {} : { cert: tls.cert }),
            ...(tls?.key === undefined ? {} : { key: tls.key }),
            ...(tls?.serverName === undefined ? {} : { servername: tls.serverName }),
            ...verification(tls),
          });
    const late = (): void => void request.destroy(Object.assign(new Error('late'), { code: 'ETIMEDOUT' }));
    let deadline = timers.after(DIAL_MS, late);
    const settle = <T>(how: (value: T) => void, value: T): void => {
      deadline[Symbol.dispose]();
      how(value);
    };
    request.once('socket', socket => {
      socket.once(scheme === 'http' ? 'connect' : 'secureConnect', () => {
        deadline[Symbol.dispose]();
        deadline = timers.after(ANSWER_MS, late);
      });
    });
    request.on('error', error => settle(reject, new BackendError(dialProblem(error, address), { cause: error })));
    request.once('response', answer => settle(resolve, { type: 'answer', answer }));
    request.once('upgrade', (answer, socket, head) => settle(resolve, { type: 'upgrade', answer, socket, head }));
    request.end(asked.body);
  });
}

function verification(tls: BackendTls | undefined): ConnectionOptions {
  // Who is named is trusted, whether or not another vouches for them.
  if (tls?.ca !== undefined) return { ca: tls.ca, allowPartialTrustChain: true };
  return tls?.trustsSystem === true ? {} : { rejectUnauthorized: false };
}

/** Said always where a body may be: without it Node would send an empty one in chunks. */
const lengthOf = ({ method, body }: BackendRequest): readonly string[] =>
  method === 'GET' || method === 'HEAD' ? [] : ['Content-Length', String(body?.length ?? 0)];
