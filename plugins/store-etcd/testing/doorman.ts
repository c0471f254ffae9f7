import { createServer, connect, type Server, type Socket } from 'node:net';
import { freePort } from '../../../src/base/testing/free-port.ts';

/** Stands between a store and its etcd, and lets through what he is told to. */
export class Doorman implements AsyncDisposable {
  readonly url: string;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #isShut = false;

  private constructor(port: number, server: Server) {
    this.url = `http://127.0.0.1:${port}`;
    this.#server = server;
  }

  static async before(target: string): Promise<Doorman> {
    const port = await freePort();
    const { hostname, port: targetPort } = new URL(target);
    const server = createServer(socket => doorman.#enter(socket, hostname, Number(targetPort)));
    const doorman = new Doorman(port, server);
    await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve));
    return doorman;
  }

  /** Ends every connection; new ones are taken. */
  cut(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    this.#pairs.clear();
  }

  /** Nobody comes in, and who is in is put out. */
  shut(): void {
    this.#isShut = true;
    this.cut();
  }

  open(): void {
    this.#isShut = false;
  }

  /** What comes is held back, and no connection ends. */
  hold(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.pause();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.shut();
    await new Promise(resolve => this.#server.close(resolve));
  }

  #enter(socket: Socket, host: string, port: number): void {
    socket.on('error', () => socket.destroy());
    if (this.#isShut) return void socket.destroy();
    const inner = connect(port, host);
    inner.on('error', () => inner.destroy());
    inner.on('close', () => socket.destroy());
    socket.on('close', () => inner.destroy());
    socket.pipe(inner).pipe(socket);
    this.#pairs.add([socket, inner]);
  }
}
