import type { IncomingMessage, RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { http } from '../../../src/base/http.ts';
import type { Timers } from '../../../src/base/world.ts';
import { MAX_PROBE_BODY_BYTES, MAX_PROBE_REDIRECTS } from '../limits.ts';

export interface HttpTarget {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  /** A redirect to another host, which is not followed. */
  readonly leftHost: boolean;
}

/** GETs once; certificates are not verified, as for any probe. Redirects on the same host are followed. */
export async function httpGet(target: HttpTarget, deadlineMs: number, timers: Timers): Promise<HttpAnswer> {
  const deadline = new AbortController();
  using _timer = timers.after(deadlineMs, () => deadline.abort());
  let url = urlOf(target);
  for (let hop = 0; hop <= MAX_PROBE_REDIRECTS; hop++) {
    const answer = await once(url, target, deadline.signal);
    const location = answer.headers.location;
    if (answer.status < 300 || answer.status > 399 || location === undefined) return { ...answer, leftHost: false };
    const next = new URL(location, url);
    if (next.hostname !== url.hostname) return { ...answer, leftHost: true };
    url = next;
  }
  throw new Error(`Get "${urlOf(target).href}": stopped after ${MAX_PROBE_REDIRECTS} redirects`);
}

interface RawAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

function once(url: URL, target: HttpTarget, signal: AbortSignal): Promise<RawAnswer> {
  const headers: Record<string, string> = { 'user-agent': 'kube-probe/1.36', accept: '*/*', connection: 'close' };
  for (const { name, value } of target.headers) headers[name.toLowerCase()] = value;
  for (const [name, value] of Object.entries(headers)) if (value === '') delete headers[name];
  const options: RequestOptions & { rejectUnauthorized: boolean } = {
    method: 'GET',
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port),
    path: url.pathname + url.search,
    headers,
    agent: false,
    signal,
    rejectUnauthorized: false,
  };
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(new Error(`Get "${url.href}": ${goNetworkError(error, url, signal)}`));
    const send = url.protocol === 'https:' ? httpsRequest : http.request;
    const request = send(options, answer => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        if (body.length < MAX_PROBE_BODY_BYTES) body += chunk.slice(0, MAX_PROBE_BODY_BYTES - body.length);
      });
      answer.on('error', fail);
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body, headers: answer.headers }));
    });
    request.on('error', fail);
    request.end();
  });
}

const urlOf = ({ scheme, host, port, path }: HttpTarget): URL =>
  new URL(path.startsWith('/') ? path : `/${path}`, `${scheme}://${bracketed(host)}:${port}`);

export const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

function goNetworkError(error: Error, url: URL, signal: AbortSignal): string {
  if (signal.aborted) return 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
  return dialError(error, url.host);
}

/** Network errors in the words users know from upstream's events. */
export function dialError(error: Error, address: string): string {
  const code = 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ECONNREFUSED':
      return `dial tcp ${address}: connect: connection refused`;
    case 'EHOSTUNREACH':
      return `dial tcp ${address}: connect: no route to host`;
    case 'ENETUNREACH':
      return `dial tcp ${address}: connect: network is unreachable`;
    case 'ETIMEDOUT':
      return `dial tcp ${address}: i/o timeout`;
    case 'ECONNRESET':
      return error.message === 'socket hang up' ? 'EOF' : `read tcp ${address}: read: connection reset by peer`;
    default:
      return error.message;
  }
}
