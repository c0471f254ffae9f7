import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import { CodedError } from '../../src/base/coded-error.ts';
import type { Random, Timers } from '../../src/base/world.ts';
import { MessageReader, framed } from './stream-framing.ts';
import { limits } from './limits.ts';

/** Why a name outside the cluster could not be asked for. */
export class ForwardError extends CodedError<'NoServers' | 'TimedOut' | 'Busy' | 'Failed'> {}

export interface UpstreamOptions {
  readonly servers: { current(): Promise<readonly string[]> };
  readonly timers: Timers;
  readonly random: Random;
  readonly port?: number;
}

/**
 * Passes queries on as they are but for the id, which is chosen anew, as is the source port: an answer
 * must match both and the question (RFC 5452). Each server is asked once, in order.
 */
export class Upstream {
  readonly #options: UpstreamOptions;
  #pending = 0;

  constructor(options: UpstreamOptions) {
    this.#options = options;
  }

  /** The answer with `query`'s own id. */
  async forward(query: Buffer, questionEnd: number, transport: 'udp' | 'tcp'): Promise<Buffer> {
    if (this.#pending >= limits.forwards) throw new ForwardError('Busy', 'too many queries are waiting for an answer');
    this.#pending++;
    try {
      const servers = await this.#servers();
      let last = new ForwardError('NoServers', 'this node has no name servers');
      for (const server of servers) {
        try {
          return await this.#ask(server, query, questionEnd, transport);
        } catch (error) {
          last = error instanceof ForwardError ? error : new ForwardError('Failed', String(error), { cause: error });
        }
      }
      throw last;
    } finally {
      this.#pending--;
    }
  }

  async #servers(): Promise<readonly string[]> {
    try {
      return await this.#options.servers.current();
    } catch (error) {
      throw new ForwardError('Failed', 'cannot read which name servers to ask', { cause: error });
    }
  }

  async #ask(server: string, query: Buffer, questionEnd: number, transport: 'udp' | 'tcp'): Promise<Buffer> {
    const { timers, random, port = 53 } = this.#options;
    const asked = Buffer.from(query);
    random.bytes(2).copy(asked, 0);
    const target = { host: server, port };
    const exchange = transport === 'udp' ? overUdp(target, asked, questionEnd) : overTcp(target, asked, questionEnd);
    const timeout = timers.after(limits.forwardMs, () =>
      exchange.cancel(new ForwardError('TimedOut', `${server} did not answer within ${limits.forwardMs} ms`)),
    );
    try {
      const answer = Buffer.from(await exchange.answer);
      query.copy(answer, 0, 0, 2);
      return answer;
    } finally {
      timeout[Symbol.dispose]();
    }
  }
}

interface Exchange {
  readonly answer: Promise<Buffer>;
  cancel(error: Error): void;
}
interface Target {
  readonly host: string;
  readonly port: number;
}

function overUdp({ host, port }: Target, asked: Buffer, questionEnd: number): Exchange {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  socket.on('error', reject);
  socket.on('message', message => {
    if (answers(message, asked, questionEnd)) resolve(message);
  });
  socket.connect(port, host, (error?: Error) => {
    if (error === undefined) socket.send(asked);
    else reject(error);
  });
  const close = (): void => void socket.close();
  promise.then(close, close);
  return { answer: promise, cancel: reject };
}

function overTcp({ host, port }: Target, asked: Buffer, questionEnd: number): Exchange {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const socket = connect({ host, port }, () => socket.write(framed(asked)));
  const reader = new MessageReader(message => {
    if (answers(message, asked, questionEnd)) resolve(message);
  });
  socket.on('data', chunk => reader.push(chunk));
  socket.on('error', reject);
  socket.on('close', () => reject(new ForwardError('Failed', `${host} closed the connection`)));
  const close = (): void => void socket.destroy();
  promise.then(close, close);
  return { answer: promise, cancel: reject };
}

/** Case does not count, though most servers echo it. */
function answers(message: Buffer, asked: Buffer, questionEnd: number): boolean {
  const isAnswer = message.length >= questionEnd && ((message[2] ?? 0) & 0x80) !== 0;
  if (!isAnswer || message.readUInt16BE(0) !== asked.readUInt16BE(0) || message.readUInt16BE(4) !== 1) return false;
  const question = (of: Buffer): string => of.toString('latin1', 12, questionEnd).toLowerCase();
  return question(message) === question(asked);
}
