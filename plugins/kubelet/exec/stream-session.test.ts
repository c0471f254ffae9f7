import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { manualWorld } from '../../../src/sdk/testing/manual-world.ts';
import { DEAF_CLIENT_MS } from '../limits.ts';
import { SpdyClient } from '../testing/spdy-client.ts';
import { acceptSession } from './accept-session.ts';
import { streamSession } from './stream-session.ts';

const CHUNK = Buffer.alloc(64 * 1024);
const CHUNKS = 1024;
const MORE_THAN_SOCKETS_HOLD = 16 * 1024 * 1024;
const QUERY = { container: '', stdin: false, stdout: true, stderr: false, tty: false };

/** A client that reads only when it is told to. */
interface Client {
  readonly bytes: number;
  pause(): void;
  resume(): void;
  onData(heard: () => void): void;
  leave(): void;
  readonly closed: Promise<unknown>;
}

async function overWebSocket(port: number): Promise<Client> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, 'v5.channel.k8s.io');
  await once(socket, 'open');
  let bytes = 0;
  socket.on('message', (message: Buffer) => void (bytes += message[0] === 1 ? message.length - 1 : 0));
  return {
    get bytes() {
      return bytes;
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    onData: heard => void socket.on('message', heard),
    leave: () => socket.terminate(),
    closed: once(socket, 'close'),
  };
}

async function overSpdy(port: number): Promise<Client> {
  const headers = { connection: 'upgrade', upgrade: 'SPDY/3.1', 'x-stream-protocol-version': 'v4.channel.k8s.io' };
  const asked = request({ port, host: '127.0.0.1', headers }).end();
  const [, socket] = (await once(asked, 'upgrade')) as [unknown, Socket];
  const client = new SpdyClient(socket);
  client.open({ streamtype: 'error' });
  const output = client.open({ streamtype: 'stdout' });
  return {
    get bytes() {
      return output.bytes;
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    onData: heard => void socket.on('data', heard),
    leave: () => void socket.destroy(),
    closed: client.closed,
  };
}

describe.each([
  ['WebSocket', overWebSocket],
  ['SPDY', overSpdy],
])('the stream over %s of a program that has ended, with more output than sockets hold', (_name, connect) => {
  const world = manualWorld();
  let server: Server;
  let client: Client;
  let streamed: Promise<void>;
  beforeEach(async () => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    streamed = promise;
    server = createServer();
    server.on('upgrade', (raw, socket, head) => {
      const stream = async (): Promise<void> => {
        const channels = await acceptSession({ raw, socket, head }, QUERY, world.timers);
        if (channels === undefined) throw new Error('refused');
        await streamSession(world.timers, () => Promise.resolve(endedSession()), QUERY, channels);
      };
      stream().then(resolve, reject);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    client = await connect((server.address() as AddressInfo).port);
  });
  afterEach(() => {
    client.leave();
    server.closeAllConnections();
    server.close();
  });

  it('ends when nobody takes it', async () => {
    client.pause();
    await quiet();
    await world.advance(2 * DEAF_CLIENT_MS);
    await streamed;
  });

  it('goes on for who takes some of it, now and then', async () => {
    let wanted = 0;
    client.onData(() => {
      if (client.bytes >= wanted) client.pause();
    });
    client.pause();
    while (client.bytes < CHUNKS * CHUNK.length) {
      wanted += MORE_THAN_SOCKETS_HOLD;
      client.resume();
      await vi.waitFor(() => expect(client.bytes).toBeGreaterThanOrEqual(wanted), 10_000);
      await world.advance(DEAF_CLIENT_MS);
    }
    client.resume();
    await streamed;
    await client.closed;
    expect(client.bytes).toBe(CHUNKS * CHUNK.length);
  });

  /** Until bytes have gone where they can. */
  const quiet = (): Promise<void> => new Promise(resolve => void setTimeout(resolve, 20));
});

function endedSession() {
  return {
    stdin: null,
    stdout: Readable.from(Array.from({ length: CHUNKS }, () => CHUNK)),
    stderr: null,
    exit: Promise.resolve({ exitCode: 0 }),
    resize: () => undefined,
    kill: () => undefined,
  };
}
