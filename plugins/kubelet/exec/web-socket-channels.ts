import type { WebSocket } from 'ws';
import type { Timers } from '../../../src/base/world.ts';
import type { ExecSession } from '../../runtime/contract.ts';
import { EXEC_PING_MS, MAX_EXEC_BUFFERED_BYTES } from '../limits.ts';
import { leaveDeaf } from '../server/leave-deaf.ts';
import { CHANNEL, type ChannelProtocol } from './channel-protocol.ts';
import type { ClientChannels } from './client-channels.ts';
import type { ExecOutcome } from './exec-outcome.ts';
import type { StreamQuery } from './exec-query.ts';
import { resizeBy } from './terminal-size.ts';

/** The channels of one WebSocket. */
export class WebSocketChannels implements ClientChannels {
  readonly closed: Promise<void>;
  readonly #socket: WebSocket;
  readonly #protocol: ChannelProtocol;
  readonly #timers: Timers;
  /** Messages that are wholly with the kernel. */
  #taken = 0;

  constructor(socket: WebSocket, protocol: ChannelProtocol, timers: Timers) {
    this.#socket = socket;
    this.#protocol = protocol;
    this.#timers = timers;
    // Held back until there is somebody to hear it.
    socket.pause();
    // Bytes that wait already find out whether somebody is there.
    const ping = timers.every(EXEC_PING_MS, () => void (socket.bufferedAmount === 0 && socket.ping()));
    this.closed = new Promise(resolve => {
      const over = (): void => {
        ping[Symbol.dispose]();
        resolve();
      };
      if (socket.readyState === socket.CLOSED) over();
      else socket.once('close', over);
    });
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Tells the client that the stream stands, as upstream's server does. */
  greet({ stdout, stderr }: StreamQuery): Promise<void> {
    return this.#send(stdout ? CHANNEL.stdout : stderr ? CHANNEL.stderr : CHANNEL.error, new Uint8Array());
  }

  send(output: 'stdout' | 'stderr', payload: Uint8Array): Promise<void> {
    return this.#send(CHANNEL[output], payload);
  }

  /** Only the end of all of them can be told. */
  end(): void {}

  receive(session: ExecSession): void {
    const socket = this.#socket;
    const { stdin } = session;
    stdin?.on('drain', () => socket.resume());
    stdin?.on('close', () => socket.resume());
    socket.on('message', (data: Buffer) => {
      const message = this.#protocol.decode(data);
      if (message === undefined) return;
      const { channel, payload } = message;
      if (channel === CHANNEL.stdin && stdin !== null && stdin.writable && payload.length > 0) {
        if (!stdin.write(payload)) socket.pause();
      } else if (channel === CHANNEL.resize) resizeBy(session, payload);
      else if (channel === CHANNEL.close && this.#protocol.canClose && payload[0] === CHANNEL.stdin) stdin?.end();
    });
    socket.resume();
  }

  leaveDeaf(): Disposable {
    return leaveDeaf(this.#timers, {
      isWaiting: () => this.#socket.bufferedAmount > 0,
      taken: () => this.#taken,
      cutOff: () => this.#socket.terminate(),
    });
  }

  async finish(outcome: ExecOutcome): Promise<void> {
    const text = this.#protocol.statusOnError ? JSON.stringify(outcome) : (outcome.message ?? '');
    if (text !== '') await this.#send(CHANNEL.error, Buffer.from(text));
    // Whatever was held back: the client's own closing frame has to be read.
    this.#socket.resume();
    this.#socket.close(1000);
  }

  #send(channel: number, payload: Uint8Array): Promise<void> {
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
}
