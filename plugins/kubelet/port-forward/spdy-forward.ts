import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Timers } from '../../../src/base/world.ts';
import { FORWARD_DRAIN_MS, STREAM_CREATION_MS } from '../limits.ts';
import type { SpdyHeaders } from '../spdy/header-block.ts';
import { SpdyConnection } from '../spdy/spdy-connection.ts';
import type { SpdyStream } from '../spdy/spdy-stream.ts';
import { forwardFailure, parsePort, type ForwardTarget } from './forward-target.ts';

/** One connection that is forwarded: its two streams, as they come. */
interface Request {
  readonly port: number;
  error?: SpdyStream;
  data?: SpdyStream;
  readonly late: Disposable;
}

/** Serves `portforward.k8s.io` over SPDY; resolves when the client has left. */
export async function forwardOverSpdy(transport: Duplex, target: ForwardTarget, timers: Timers): Promise<void> {
  const requests = new Map<string, Request>();
  const connection = new SpdyConnection(transport, timers, headers => {
    const kind = kindOf(headers);
    const port = parsePort(headers.get('port') ?? '');
    if (kind === undefined || typeof port === 'string') return undefined;
    if (requests.get(headers.get('requestid') ?? '')?.[kind] !== undefined) return undefined;
    return stream => join(stream, kind, port);
  });
  const join = (stream: SpdyStream, kind: 'error' | 'data', port: number): void => {
    const id = requestId(stream, kind);
    const request = requests.get(id) ?? { port, late: timers.after(STREAM_CREATION_MS, () => giveUp(id)) };
    requests.set(id, request);
    request[kind] = stream;
    const { error, data } = request;
    if (error === undefined || data === undefined) return;
    requests.delete(id);
    request.late[Symbol.dispose]();
    void forwardConnection({ error, data, port: request.port }, target, timers);
  };
  const giveUp = (id: string): void => {
    const { error, data } = requests.get(id) ?? {};
    requests.delete(id);
    error?.end(`(request=${id}) timed out waiting for streams`);
    data?.destroy();
  };
  await connection.closed;
  for (const { late } of requests.values()) late[Symbol.dispose]();
}

function kindOf(headers: SpdyHeaders): 'error' | 'data' | undefined {
  const type = headers.get('streamtype');
  return type === 'error' || type === 'data' ? type : undefined;
}

/** Clients too old to name it open the error stream, then the data stream. */
function requestId({ headers, id }: SpdyStream, kind: 'error' | 'data'): string {
  const named = headers.get('requestid') ?? '';
  if (named !== '') return named;
  return String(kind === 'error' ? id : id - 2);
}

interface Forwarded {
  readonly error: SpdyStream;
  readonly data: SpdyStream;
  readonly port: number;
}

async function forwardConnection(
  { error, data, port }: Forwarded,
  target: ForwardTarget,
  timers: Timers,
): Promise<void> {
  // Nothing is to come there but an end.
  error.resume();
  let socket: Socket;
  try {
    socket = await target.dial(port);
  } catch (failure) {
    error.end(forwardFailure(target, port, failure));
    data.end();
    data.resume();
    return;
  }
  // Whichever side breaks off, the other one hears of it.
  socket.on('error', () => data.destroy());
  socket.once('close', () => {
    if (data.writableEnded) data.resume();
    else data.destroy();
  });
  let drained: Disposable | undefined;
  data.once('finish', () => {
    error.end();
    drained = timers.after(FORWARD_DRAIN_MS, () => socket.destroy());
  });
  data.once('close', () => {
    error.end();
    drained?.[Symbol.dispose]();
    socket.destroy();
  });
  if (data.destroyed) {
    error.end();
    socket.destroy();
  } else data.pipe(socket).pipe(data);
}
