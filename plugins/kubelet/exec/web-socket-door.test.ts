import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { MAX_EXEC_BUFFERED_BYTES, MAX_EXEC_MESSAGE_BYTES } from '../limits.ts';
import { WebSocketDoor, type OpenWebSocket } from './web-socket-door.ts';

const door = new WebSocketDoor(['v5.channel.k8s.io'], 'channel.k8s.io');

let server: Server;
let opened: Promise<OpenWebSocket>;
let port: number;
beforeEach(async () => {
  const { promise, resolve, reject } = Promise.withResolvers<OpenWebSocket>();
  opened = promise;
  server = createServer();
  server.on('upgrade', (raw, socket, head) => {
    door.accept({ raw, socket, head }).then(resolve, reject);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterEach(async () => {
  (await opened).socket.terminate();
  server.closeAllConnections();
  server.close();
});

describe('a stream over WebSocket', () => {
  it('is closed by a message too large', async () => {
    const client = new WebSocket(`ws://127.0.0.1:${port}`, 'v5.channel.k8s.io');
    await once(client, 'open');
    client.send(Buffer.alloc(MAX_EXEC_MESSAGE_BYTES + 1));
    const [code] = (await once(client, 'close')) as [number];
    expect(code).toBe(1009);
  });

  it('is closed by a frame that is none', async () => {
    const client = new WebSocket(`ws://127.0.0.1:${port}`, 'v5.channel.k8s.io');
    await once(client, 'open');
    const { socket } = await opened;
    const closed = new Promise<number>(resolve => void socket.once('close', resolve));
    // A reserved opcode, masked.
    (client as unknown as { readonly _socket: { write(bytes: Buffer): void } })._socket.write(
      Buffer.from([0x83, 0x80, 0, 0, 0, 0]),
    );
    expect([1002, 1006]).toContain(await closed);
  });

  it('answers pings, and keeps few answers for who does not read them', async () => {
    const client = new WebSocket(`ws://127.0.0.1:${port}`, 'v5.channel.k8s.io');
    await once(client, 'open');
    const pong = once(client, 'pong');
    client.ping('here');
    expect(String((await pong)[0])).toBe('here');
    client.terminate();
  });

  it('of one that floods it with pings does not grow', async () => {
    const raw = connect(port, '127.0.0.1');
    await once(raw, 'connect');
    raw.write(
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    const { socket } = await opened;
    raw.pause();
    const ping = Buffer.concat([Buffer.from([0x89, 0xfd, 0, 0, 0, 0]), Buffer.alloc(125)]);
    const many = Buffer.concat(Array.from({ length: 2000 }, () => ping));
    let most = 0;
    for (let round = 0; round < 200; round++) {
      if (!raw.write(many)) await once(raw, 'drain');
      most = Math.max(most, socket.bufferedAmount);
    }
    expect(most).toBeLessThan(2 * MAX_EXEC_BUFFERED_BYTES + many.length);
    raw.destroy();
  });
});
