import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createServer, isIPv6, type Server, type Socket } from 'node:net';
import type { NetworkNative } from '../../native/network.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import { limits } from './limits.ts';
import type { Resolver } from './resolver.ts';
import { framed, MessageReader } from './stream-framing.ts';

export interface DnsServerOptions {
  readonly native: NetworkNative;
  readonly netns: number;
  readonly address: string;
  readonly resolver: Pick<Resolver, 'answer'>;
  readonly log: Logger;
}

export const dnsPort = 53;

/** One address, UDP and TCP, in the service netns; its sockets are made there and served from here. */
export class DnsServer {
  readonly #options: DnsServerOptions;
  readonly #udp: UdpSocket;
  readonly #tcp: Server;
  readonly #connections = new Set<Socket>();

  /** Throws EADDRINUSE when something else answers at this address. */
  static async start(options: DnsServerOptions): Promise<DnsServer> {
    const { native, netns, address } = options;
    const udpFd = native.udpBind(netns, address, dnsPort);
    const tcpFd = native.tcpListen(netns, address, dnsPort, limits.tcpConnections);
    const server = new DnsServer(options);
    await Promise.all([
      new Promise<void>(resolve => server.#udp.bind({ fd: udpFd }, resolve)),
      new Promise<void>(resolve => server.#tcp.listen({ fd: tcpFd }, resolve)),
    ]);
    return server;
  }

  private constructor(options: DnsServerOptions) {
    this.#options = options;
    const { log } = options;
    this.#udp = createSocket(isIPv6(options.address) ? 'udp6' : 'udp4');
    this.#udp.on('message', (message, from) => {
      const answer = this.#answer(message, 'udp');
      const send = (bytes: Buffer | undefined): void => {
        if (bytes !== undefined && !this.#closed) this.#udp.send(bytes, from.port, from.address);
      };
      if (answer instanceof Promise) answer.then(send, this.#failed);
      else send(answer);
    });
    this.#udp.on('error', error => log.warn('DNS socket', { error: error.message }));
    this.#tcp = createServer({ noDelay: true }, socket => this.#accept(socket));
    this.#tcp.maxConnections = limits.tcpConnections;
    this.#tcp.on('error', error => log.warn('DNS socket', { error: error.message }));
  }

  #closed = false;

  async close(): Promise<void> {
    this.#closed = true;
    for (const socket of this.#connections) socket.destroy();
    await Promise.all([
      new Promise<void>(resolve => this.#udp.close(resolve)),
      new Promise<void>(resolve => this.#tcp.close(() => resolve())),
    ]);
  }

  #accept(socket: Socket): void {
    this.#connections.add(socket);
    socket.on('close', () => this.#connections.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.setTimeout(limits.tcpIdleMs, () => socket.destroy());
    let pending = 0;
    const send = (bytes: Buffer | undefined): void => {
      pending--;
      if (bytes !== undefined && socket.writable) socket.write(framed(bytes));
      if (pending < limits.tcpPending) socket.resume();
    };
    const reader = new MessageReader(message => {
      if (++pending >= limits.tcpPending) socket.pause();
      const answer = this.#answer(message, 'tcp');
      if (answer instanceof Promise) answer.then(send, this.#failed);
      else send(answer);
    });
    socket.on('data', chunk => reader.push(chunk));
  }

  #answer(message: Buffer, transport: 'udp' | 'tcp'): ReturnType<Resolver['answer']> {
    try {
      return this.#options.resolver.answer(message, transport);
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }

  /** A defect in one answer costs that answer: the client asks again. */
  readonly #failed = (error: unknown): void => {
    this.#options.log.error('cannot answer a DNS query', { error: String(error) });
  };
}
