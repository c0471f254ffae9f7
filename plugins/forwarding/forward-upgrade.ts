import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { StatusError } from '../../src/api/status-error.ts';
import type { Timers } from '../../src/base/world.ts';
import { askBackend, BackendError, type Backend } from './backend.ts';
import { forwardedHeaders } from './forwarded-headers.ts';
import { joinStreams } from './join-streams.ts';

export interface ForwardedUpgrade {
  readonly raw: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  /** Path and query at the backend. */
  readonly path: string;
  readonly signal: AbortSignal;
  /** Flat pairs, besides the client's own. */
  readonly headers?: readonly string[];
}

/**
 * Asks a backend for the upgrade that a client asks us for and joins the two. A backend that does not upgrade is
 * heard out, and the client told what it said. Throws `StatusError` while the client has heard nothing.
 */
export async function forwardUpgrade(timers: Timers, backend: Backend, asked: ForwardedUpgrade): Promise<void> {
  const { raw, socket, head, path, signal } = asked;
  const headers = [...forwardedHeaders(raw.rawHeaders, 'upgrade'), ...(asked.headers ?? [])];
  const reply = await askBackend(timers, backend, { method: raw.method ?? 'GET', path, headers, signal }).catch(
    (error: unknown) => {
      if (error instanceof BackendError) throw new StatusError('', `error dialing backend: ${error.message}`);
      throw error;
    },
  );
  const { answer } = reply;
  if (reply.type === 'answer') {
    socket.write(headOf(answer, ['Connection', 'close']));
    answer.once('error', () => void socket.destroy());
    answer.pipe(socket);
    return;
  }
  socket.write(headOf(answer, []));
  if (head.length > 0) reply.socket.write(head);
  if (reply.head.length > 0) socket.write(reply.head);
  await joinStreams(timers, socket, reply.socket, signal);
}

/** Status line and headers as they came. What is sent on is not chunked: it ends with the connection. */
function headOf(
  { statusCode = 502, statusMessage = '', rawHeaders }: IncomingMessage,
  more: readonly string[],
): string {
  const isUpgrade = statusCode === 101;
  const all = [...rawHeaders, ...more];
  const lines: string[] = [];
  for (let at = 0; at + 1 < all.length; at += 2) {
    const [name = '', value = ''] = all.slice(at, at + 2);
    const isOfTheHop = /^(transfer-encoding|connection|keep-alive)$/i.test(name) && at < rawHeaders.length;
    if (isUpgrade || !isOfTheHop) lines.push(`${name}: ${value}\r\n`);
  }
  return `HTTP/1.1 ${statusCode} ${statusMessage}\r\n${lines.join('')}\r\n`;
}
