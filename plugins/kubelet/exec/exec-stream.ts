import type { Readable } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Timers } from '../../../src/base/world.ts';
import type { ExecSession } from '../../runtime/contract.ts';
import { DEAF_CLIENT_MS, EXEC_PING_MS, HANG_UP_GRACE_MS, MAX_EXEC_BUFFERED_BYTES } from '../limits.ts';
import { CHANNEL, type ChannelProtocol } from './channel-protocol.ts';
import { exitOutcome, failedOutcome, type ExecOutcome } from './exec-outcome.ts';
import type { StreamQuery } from './exec-query.ts';
import { parseTerminalSize } from './terminal-size.ts';

/**
 * Carries a session between a WebSocket and a container; resolves when both are over. A session that does
 * not open is told on the error channel. When the client leaves, the session is killed, after a terminal's
 * program had time to hear that it was hung up. A client that takes nothing more after the program's end is left.
 */
export async function streamSession(
  timers: Timers,
  open: () => Promise<ExecSession>,
  query: StreamQuery,
  socket: WebSocket,
  protocol: ChannelProtocol,
): Promise<void> {
  const channels = new SocketChannels(socket, protocol);
  // Held back until there is somebody to hear them.
  socket.pause();
  // Tells the client that the stream stands, as upstream's server does.
  await channels.send(query.stdout ? CHANNEL.stdout : query.stderr ? CHANNEL.stderr : CHANNEL.error, new Uint8Array());
  let session: ExecSession;
  try {
    session = await open();
  } catch (error) {
    await channels.finish(failedOutcome(error));
    return;
  }
  let hangingUp: Disposable | undefined;
  const abandon = (): void => {
    // What the program started may go on with the same pipes: nobody waits for that. A terminal hangs up.
    for (const stream of [session.stdin, session.stdout, session.stderr]) stream?.destroy();
    if (query.tty) hangingUp = timers.after(HANG_UP_GRACE_MS, () => session.kill());
    else session.kill();
  };
  socket.on('close', abandon);
  if (socket.readyState !== socket.OPEN) abandon();
  // Bytes that wait already find out whether somebody is there.
  using _ping = timers.every(EXEC_PING_MS, () => void (socket.bufferedAmount === 0 && socket.ping()));
  receive(socket, protocol, session);
  socket.resume();
  const outputs = [
    channels.pump(session.stdout, query.stdout ? CHANNEL.stdout : undefined),
    ...(session.stderr === null ? [] : [channels.pump(session.stderr, query.stderr ? CHANNEL.stderr : undefined)]),
  ];
  const { exitCode } = await session.exit;
  hangingUp?.[Symbol.dispose]();
  using _deaf = channels.leaveDeaf(timers);
  await Promise.all(outputs);
  session.stdin?.destroy();
  await channels.finish(exitOutcome(exitCode));
}

function receive(socket: WebSocket, protocol: ChannelProtocol, session: ExecSession): void {
  const { stdin } = session;
  // The program may end, or close its input, before the client has sent everything: that is no failure.
  stdin?.on('error', () => stdin.destroy());
  stdin?.on('drain', () => socket.resume());
  stdin?.on('close', () => socket.resume());
  socket.on('message', (data: Buffer) => {
    const message = protocol.decode(data);
    if (message === undefined) return;
    const { channel, payload } = message;
    if (channel === CHANNEL.stdin && stdin !== null && stdin.writable && payload.length > 0) {
      if (!stdin.write(payload)) socket.pause();
    } else if (channel === CHANNEL.resize) resize(session, payload);
    else if (channel === CHANNEL.close && protocol.canClose && payload[0] === CHANNEL.stdin) stdin?.end();
  });
}

function resize(session: ExecSession, payload: Buffer): void {
  const size = parseTerminalSize(payload);
  if (size !== undefined) session.resize(size.columns, size.rows);
}

class SocketChannels {
  readonly #socket: WebSocket;
  readonly #protocol: ChannelProtocol;
  /** Messages that are wholly with the kernel. */
  #taken = 0;

  constructor(socket: WebSocket, protocol: ChannelProtocol) {
    this.#socket = socket;
    this.#protocol = protocol;
  }

  /** Resolves when little enough waits to be sent; at once where nobody listens any more. */
  send(channel: number, payload: Uint8Array): Promise<void> {
    const socket = this.#socket;
    if (socket.readyState !== socket.OPEN) return Promise.resolve();
    return new Promise(resolve => {
      const sent = (): void => {
        this.#taken += 1;
        resolve();
      };
      const message = this.#protocol.encode(channel, payload);
      socket.send(message, sent);
      if (socket.bufferedAmount < MAX_EXEC_BUFFERED_BYTES) resolve();
    });
  }

  /** What nobody asked for is read all the same, so that the program does not wait for its reader. */
  async pump(stream: Readable, channel: number | undefined): Promise<void> {
    try {
      for await (const chunk of stream) {
        if (channel !== undefined && chunk instanceof Uint8Array) await this.send(channel, chunk);
      }
    } catch (error) {
      // A terminal whose last process ended reads EIO, which is its end; a killed session is torn down.
      if (this.#socket.readyState === this.#socket.OPEN && !isEnd(error)) throw error;
    }
  }

  /** Ends the connection once what waits to be sent has not moved for `DEAF_CLIENT_MS`. */
  leaveDeaf(timers: Timers): Disposable {
    let before = -1;
    return timers.every(DEAF_CLIENT_MS, () => {
      if (this.#socket.bufferedAmount > 0 && this.#taken === before) this.#socket.terminate();
      before = this.#taken;
    });
  }

  async finish(outcome: ExecOutcome): Promise<void> {
    const { statusOnError } = this.#protocol;
    const text = statusOnError ? JSON.stringify(outcome) : (outcome.message ?? '');
    if (text !== '') await this.send(CHANNEL.error, Buffer.from(text));
    // Whatever was held back: the client's own closing frame has to be read.
    this.#socket.resume();
    this.#socket.close(1000);
  }
}

const isEnd = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EIO' || error.code === 'ERR_STREAM_PREMATURE_CLOSE');
