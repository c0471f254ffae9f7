import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { openFileLimit } from '../../src/base/open-file-limit.ts';
import { testServer, type TestServer } from './testing/test-server.ts';

const CONNECTIONS = 20;
const VERSION = '/version';

describe('more connections than there may be', () => {
  let server: TestServer;
  const sockets: Socket[] = [];
  beforeAll(async () => {
    server = await testServer({}, { limits: { connections: CONNECTIONS } });
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await server[Symbol.asyncDispose]();
  });

  it('are closed as they come; who is connected is served, and others once there is room', async () => {
    expect((await server.call(VERSION)).status).toBe(200);
    let closed = 0;
    for (let index = 0; index < 3 * CONNECTIONS; index++) {
      const socket = connect(server.port, '127.0.0.1');
      sockets.push(socket);
      // Cut off is one way to be closed.
      socket.on('error', () => socket.destroy());
      socket.once('close', () => (closed += 1));
      await once(socket, 'connect');
    }
    await vi.waitFor(() => expect(closed).toBe(2 * CONNECTIONS + 1), 20_000);
    expect((await server.call(VERSION)).status).toBe(200);
    for (const socket of sockets) socket.destroy();
    await vi.waitFor(async () => {
      const answers = await Promise.all(Array.from({ length: 4 }, () => server.call(VERSION)));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    }, 20_000);
  });
});

it.each([
  ['Max processes 5 5 processes\nMax open files            1024                 524288               files\n', 1024],
  ['Max open files            unlimited            unlimited            files\n', Number.MAX_SAFE_INTEGER],
])('a process may open as many files as its soft limit says', async (text, limit) => {
  const files = { ...hostWorld().files, readFile: (async () => text) as never };
  expect(await openFileLimit(files)).toBe(limit);
  expect(await openFileLimit(hostWorld().files)).toBeGreaterThan(100);
});
