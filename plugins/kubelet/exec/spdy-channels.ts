import type { Duplex } from 'node:stream';
import type { Timers } from '../../../src/base/world.ts';
import type { ExecSession } from '../../runtime/contract.ts';
import { MAX_RESIZE_BYTES, STREAM_CREATION_MS } from '../limits.ts';
import { SpdyConnection } from '../spdy/spdy-connection.ts';
import type { SpdyStream } from '../spdy/spdy-stream.ts';
import type { ClientChannels } from './client-channels.ts';
import type { ExecOutcome } from './exec-outcome.ts';
import type { StreamQuery } from './exec-query.ts';
import { resizeBy } from './terminal-size.ts';

interface SpdyProtocol {
  /** Whether the error stream carries a Status, or bare text where it failed. */
  readonly statusOnError: boolean;
  readonly canResize: boolean;
}

/** Those of upstream's kubelet, in its order; apimachinery util/remotecommand. */
export const SPDY_PROTOCOLS: ReadonlyMap<string, SpdyProtocol> = new Map([
  ['v4.channel.k8s.io', { statusOnError: true, canResize: true }],
  ['v3.channel.k8s.io', { statusOnError: false, canResize: true }],
  ['v2.channel.k8s.io', { statusOnError: false, canResize: false }],
  ['channel.k8s.io', { statusOnError: false, canResize: false }],
]);

type StreamType = 'error' | 'stdin' | 'stdout' | 'stderr' | 'resize';

/** Waits for the streams that the client asked for. `undefined` where they do not come in time; it is let go then. */
export async function openSpdyChannels(
  transport: Duplex,
  protocol: SpdyProtocol,
  query: StreamQuery,
  timers: Timers,
): Promise<ClientChannels | undefined> {
  const awaited = expectedStreams(protocol, query);
  const streams = new Map<StreamType, SpdyStream>();
  const complete = Promise.withResolvers<boolean>();
  const connection = new SpdyConnection(transport, timers, headers => {
    const type = awaited.find(each => each === headers.get('streamtype'));
    if (type === undefined || streams.has(type)) return undefined;
    return stream => {
      streams.set(type, stream);
      if (streams.size === awaited.length) complete.resolve(true);
    };
  });
  void connection.closed.then(() => complete.resolve(false));
  using _late = timers.after(STREAM_CREATION_MS, () => complete.resolve(false));
  if (await complete.promise) return new SpdyChannels(connection, streams, protocol);
  connection.close();
  return undefined;
}

function expectedStreams(
  { canResize }: SpdyProtocol,
  { stdin, stdout, stderr, tty }: StreamQuery,
): readonly StreamType[] {
  return [
    'error',
    ...(stdin ? (['stdin'] as const) : []),
    ...(stdout ? (['stdout'] as const) : []),
    ...(stderr ? (['stderr'] as const) : []),
    ...(tty && canResize ? (['resize'] as const) : []),
  ];
}

/** The streams of one SPDY connection. */
class SpdyChannels implements ClientChannels {
  readonly closed: Promise<void>;
  readonly #connection: SpdyConnection;
  readonly #streams: ReadonlyMap<StreamType, SpdyStream>;
  readonly #protocol: SpdyProtocol;

  constructor(connection: SpdyConnection, streams: ReadonlyMap<StreamType, SpdyStream>, protocol: SpdyProtocol) {
    this.closed = connection.closed;
    this.#connection = connection;
    this.#streams = streams;
    this.#protocol = protocol;
    // Nothing is to come there but an end.
    for (const type of ['error', 'stdout', 'stderr'] as const) streams.get(type)?.resume();
  }

  get isOpen(): boolean {
    return this.#connection.isOpen;
  }

  send(output: 'stdout' | 'stderr', payload: Uint8Array): Promise<void> {
    const stream = this.#streams.get(output);
    return stream === undefined ? Promise.resolve() : written(stream, payload);
  }

  end(output: 'stdout' | 'stderr'): void {
    this.#streams.get(output)?.end();
  }

  receive(session: ExecSession): void {
    const { stdin } = session;
    const input = this.#streams.get('stdin');
    if (stdin === null) input?.resume();
    else if (input !== undefined) {
      input.pipe(stdin);
      // What the program does not want is read all the same, so that the other streams go on.
      stdin.once('close', () => input.resume());
    }
    const sizes = this.#streams.get('resize');
    sizes?.on('data', sizeReader(session));
  }

  leaveDeaf(): Disposable {
    return this.#connection.leaveDeaf();
  }

  async finish(outcome: ExecOutcome): Promise<void> {
    const { statusOnError } = this.#protocol;
    const failed = outcome.status === 'Failure' ? (outcome.message ?? '') : '';
    const text = statusOnError ? JSON.stringify(outcome) : failed;
    const error = this.#streams.get('error');
    if (error !== undefined && text !== '') await written(error, Buffer.from(text));
    await Promise.all([...this.#streams.values()].map(ended));
    this.#connection.close();
  }
}

/** Resolves when the stream takes more; at once where nobody listens any more. */
function written(stream: SpdyStream, payload: Uint8Array): Promise<void> {
  if (!stream.writable) return Promise.resolve();
  return new Promise(resolve => {
    const done = (): void => {
      stream.off('close', done);
      resolve();
    };
    stream.once('close', done);
    stream.write(payload, done);
  });
}

function ended(stream: SpdyStream): Promise<void> {
  if (stream.writableFinished || stream.destroyed) return Promise.resolve();
  return new Promise(resolve => {
    stream.once('finish', resolve);
    stream.once('close', resolve);
    stream.end();
  });
}

/** Sizes follow each other as JSON, wherever the bytes are cut. */
function sizeReader(session: ExecSession): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return chunk => {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf('}') + 1; end > 0; end = rest.indexOf('}') + 1) {
      resizeBy(session, rest.subarray(0, end));
      rest = rest.subarray(end);
    }
    if (rest.length > MAX_RESIZE_BYTES) rest = Buffer.alloc(0);
  };
}
