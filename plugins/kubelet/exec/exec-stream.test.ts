import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { manualWorld } from '../../../src/sdk/testing/manual-world.ts';
import { DEAF_CLIENT_MS } from '../limits.ts';
import { streamSession } from './exec-stream.ts';
import { acceptUpgrade } from './exec-upgrade.ts';

const CHUNK = Buffer.alloc(64 * 1024);
const CHUNKS = 1024;
const MORE_THAN_SOCKETS_HOLD = 16 * 1024 * 1024;
const QUERY = { container: '', stdin: false, stdout: true, stderr: false, tty: false };

describe('the stream of a program that has ended, with more output than sockets hold', () => {
  const world = manualWorld();
  let server: Server;
  let client: WebSocket;
  let streamed: Promise<void>;
  beforeEach(async () => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    streamed = promise;
    server = createServer();
    server.on('upgrade', (raw, socket, head) => {
      const stream = async (): Promise<void> => {
        const { socket: webSocket, protocol } = await acceptUpgrade({ raw, socket, head });
        await streamSession(world.timers, () => Promise.resolve(endedSession()), QUERY, webSocket, protocol);
      };
      stream().then(resolve, reject);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    client = new WebSocket(`ws://127.0.0.1:${port}`, 'v5.channel.k8s.io');
    await once(client, 'open');
  });
  afterEach(() => {
    client.terminate();
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
    let bytes = 0;
    let wanted = 0;
    client.on('message', (message: Buffer) => {
      if (message[0] === 1) bytes += message.length - 1;
      if (bytes >= wanted) client.pause();
    });
    const closed = once(client, 'close');
    client.pause();
    while (bytes < CHUNKS * CHUNK.length) {
      wanted += MORE_THAN_SOCKETS_HOLD;
      client.resume();
      await vi.waitFor(() => expect(bytes).toBeGreaterThanOrEqual(wanted), 10_000);
      await world.advance(DEAF_CLIENT_MS);
    }
    client.resume();
    await streamed;
    expect((await closed)[0]).toBe(1000);
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
