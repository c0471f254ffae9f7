import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { openFileLimit } from '../../../src/base/open-file-limit.ts';
import { testServer, type TestServer } from '../testing/test-server.ts';

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

describe('HTTP without TLS', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await testServer({}, { limits: { connections: CONNECTIONS } });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it.each(['GET /version HTTP/1.1\r\nHost: x\r\n\r\n', 'POST /api HTTP/1.0\r\n\r\n', 'HEAD / HTTP/1.1\r\n\r\n'])(
    'is told so in the words of Go, and takes no room: %j',
    async request => {
      for (let index = 0; index <= CONNECTIONS; index++) {
        expect(await plainAnswer(server, request)).toBe(
          'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n',
        );
      }
      expect((await server.call(VERSION)).status).toBe(200);
    },
  );

  it('is not what else is no TLS', async () => {
    expect(await plainAnswer(server, '\0\0 nothing anybody knows\r\n\r\n')).not.toContain('HTTP');
  });
});

/** All that comes back until the connection is closed. */
async function plainAnswer({ port }: TestServer, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1', () => socket.write(request));
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  socket.on('error', () => socket.destroy());
  await new Promise(resolve => socket.once('close', resolve));
  return text;
}

it.each([
  ['Max processes 5 5 processes\nMax open files            1024                 524288               files\n', 1024],
  ['Max open files            unlimited            unlimited            files\n', Number.MAX_SAFE_INTEGER],
])('a process may open as many files as its soft limit says', async (text, limit) => {
  const files = { ...hostWorld().files, readFile: (async () => text) as never };
  expect(await openFileLimit(files)).toBe(limit);
  expect(await openFileLimit(hostWorld().files)).toBeGreaterThan(100);
});
