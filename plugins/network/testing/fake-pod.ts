import { closeSync } from 'node:fs';
import { createServer, Socket, type Server } from 'node:net';
import { native } from '../../../native/index.ts';

/** A network namespace that a test calls a pod: sockets are made in it by the addon, no process runs there. */
export class FakePod implements Disposable {
  readonly netns = native().netnsCreate();
  readonly netnsPath = `/proc/self/fd/${this.netns}`;
  readonly #servers: Server[] = [];

  async listen(address: string, port: number, onConnection: (socket: Socket) => void): Promise<Server> {
    const server = createServer({ allowHalfOpen: true }, socket => {
      socket.on('error', () => socket.destroy());
      onConnection(socket);
    });
    this.#servers.push(server);
    const fd = native().tcpListen(this.netns, address, port, 128);
    await new Promise<void>(resolve => server.listen({ fd }, resolve));
    return server;
  }

  async dial(address: string, port: number, deadlineMs = 2_000): Promise<Socket> {
    const fd = await native().tcpDial(this.netns, address, port, deadlineMs);
    return new Socket({ fd, readable: true, writable: true, allowHalfOpen: true });
  }

  /** Sends `text` with a half-close and resolves with all that comes back; rejects when the connection is reset. */
  async exchange(address: string, port: number, text: string | Buffer): Promise<Buffer> {
    const socket = await this.dial(address, port);
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      socket.on('data', chunk => chunks.push(chunk));
      socket.on('end', () => resolve(Buffer.concat(chunks)));
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('closed before its end')));
      socket.end(text);
    });
  }

  [Symbol.dispose](): void {
    for (const server of this.#servers) server.close();
    closeSync(this.netns);
  }
}
