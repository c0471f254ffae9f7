import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import type { TestServer } from './test-server.ts';

/** A TLS connection on which any bytes may be sent. */
export async function rawConnection(
  { port, ca }: Pick<TestServer, 'port' | 'ca'>,
  protocol: 'http/1.1' | 'h2' = 'http/1.1',
): Promise<RawConnection> {
  const socket = connect({ port, host: '127.0.0.1', ca, servername: 'localhost', ALPNProtocols: [protocol] });
  const connection = new RawConnection(socket);
  await once(socket, 'secureConnect');
  return connection;
}

export class RawConnection implements Disposable {
  readonly socket: TLSSocket;
  /** Resolves with all that came once the server closed. */
  readonly closed: Promise<Buffer>;
  readonly #received: Buffer[] = [];

  constructor(socket: TLSSocket) {
    this.socket = socket;
    this.closed = new Promise(resolve => socket.once('close', () => resolve(Buffer.concat(this.#received))));
    socket.on('data', (chunk: Buffer) => this.#received.push(chunk));
    // A reset is one way to be closed.
    socket.on('error', () => socket.destroy());
  }

  get received(): Buffer {
    return Buffer.concat(this.#received);
  }

  /** Sends unless the server has closed already. */
  send(bytes: string | Buffer): void {
    if (!this.socket.destroyed && this.socket.writable) this.socket.write(bytes);
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }
}

/** What an HTTP/1.1 server says to `bytes` until it closes: each status in order. */
export async function statusesOf(server: TestServer, bytes: string | Buffer): Promise<readonly number[]> {
  using connection = await rawConnection(server);
  connection.send(bytes);
  const text = (await connection.closed).toString('latin1');
  return [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
}

export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
export const FRAME = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goaway: 7, continuation: 9 } as const;

/** One HTTP/2 frame; RFC 9113 4.1. */
export function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** A header block without compression: literals, never indexed. */
export const headerBlock = (headers: readonly (readonly [string, string])[]): Buffer =>
  Buffer.concat(headers.flatMap(([name, value]) => [Buffer.from([0x10]), text(name), text(value)]));

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const digits = [0x7f];
  let rest = bytes.length - 127;
  for (; rest > 127; rest >>= 7) digits.push((rest & 0x7f) | 0x80);
  return Buffer.concat([Buffer.from([...digits, rest]), bytes]);
}

/** Types of the frames that came. */
export function frameTypes(bytes: Buffer): readonly number[] {
  const types: number[] = [];
  for (let at = 0; at + 9 <= bytes.length; at += 9 + bytes.readUIntBE(at, 3)) types.push(bytes.readUInt8(at + 3));
  return types;
}
