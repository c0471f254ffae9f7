import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { expectRefused } from '../testing/refusal.ts';
import { rawConnection, statusesOf } from '../testing/raw-client.ts';
import { testServer, type TestServer } from '../testing/test-server.ts';

// A machine may be busy with much else.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let server: TestServer;
beforeAll(async () => {
  server = await testServer(
    {
      authorizers: [
        { name: 'all', authorize: ({ groups }) => ({ allowed: !groups.includes('system:unauthenticated') }) },
      ],
    },
    {
      limits: {
        headersMs: 3000,
        requestMs: 4000,
        sweepMs: 100,
        stallMs: 1000,
        longRunningOfUser: 3,
      },
      authenticators: [
        {
          name: 'readers',
          authenticate: credential =>
            credential.type === 'bearer' && credential.token.startsWith('reader')
              ? { name: credential.token, groups: ['readers'] }
              : undefined,
        },
      ],
    },
  );
});
afterAll(() => server[Symbol.asyncDispose]());

const MAPS = '/api/v1/namespaces/default/configmaps';
const AUTH = 'Authorization: Bearer token-admin\r\n';
const get = (path: string, headers = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\n${AUTH}${headers}Connection: close\r\n\r\n`;
const BODY = '{"metadata":{"name":"smuggled"}}';
const post = (headers: string, body: string): string =>
  `POST ${MAPS} HTTP/1.1\r\nHost: a\r\n${AUTH}Content-Type: application/json\r\nConnection: close\r\n${headers}\r\n${body}`;
const chunked = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;

describe('a client that keeps its connection', () => {
  it('is never cut off, however much it sends', async () => {
    // In a process of its own: it has to send while this one is still busy with the last answer.
    const program = join(import.meta.dirname, '../testing/keep-alive-client.ts');
    const args = [program, `${server.url}${MAPS}?dryRun=All`, server.ca, '40'];
    const busy = setInterval(() => {
      for (const began = performance.now(); performance.now() - began < 4; );
    }, 1);
    const { stdout } = await promisify(execFile)(process.execPath, args).finally(() => clearInterval(busy));
    expect(JSON.parse(stdout)).toEqual({ answered: 40, broken: 0 });
  });

  it('may come back to it as late as upstream lets it, and is told so', async () => {
    using connection = await rawConnection(server);
    connection.send(`GET /version HTTP/1.1\r\nHost: a\r\n${AUTH}\r\n`);
    await vi.waitFor(() => expect(connection.received.toString()).toContain('gitVersion'), 20_000);
    expect(connection.received.toString()).toMatch(/^Keep-Alive: timeout=90\r$/im);
  });
});

describe('a request that could be read in two ways is refused, and nothing of it is done', () => {
  it.each<[string, string, number]>([
    ['a length and chunks', post(`Content-Length: 4\r\nTransfer-Encoding: chunked\r\n`, chunked(BODY)), 400],
    ['two lengths', post(`Content-Length: 5\r\nContent-Length: ${BODY.length}\r\n`, BODY), 400],
    ['a length with a sign', post(`Content-Length: +${BODY.length}\r\n`, BODY), 400],
    ['a length that is no number', post('Content-Length: 0x20\r\n', BODY), 400],
    ['a coding that is not known', post('Transfer-Encoding: xchunked\r\n', chunked(BODY)), 400],
    ['chunked and another coding', post('Transfer-Encoding: gzip, chunked\r\n', chunked(BODY)), 400],
    ['chunked twice', post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', chunked(BODY)), 400],
    ['a chunk whose size is no number', post('Transfer-Encoding: chunked\r\n', `zz\r\n${BODY}\r\n0\r\n\r\n`), 400],
    ['a chunk whose size has a sign', post('Transfer-Encoding: chunked\r\n', `+20\r\n${BODY}\r\n0\r\n\r\n`), 400],
    [
      'a chunk whose size is beyond any',
      post('Transfer-Encoding: chunked\r\n', `fffffffffffffffff\r\n${BODY}\r\n0\r\n\r\n`),
      400,
    ],
    [
      'a chunk extension with a bare line feed',
      post('Transfer-Encoding: chunked\r\n', `20;a\nb\r\n${BODY}\r\n0\r\n\r\n`),
      400,
    ],
    ['two hosts', get(MAPS, 'Host: b\r\n'), 400],
    ['no host', `GET ${MAPS} HTTP/1.1\r\n${AUTH}Connection: close\r\n\r\n`, 400],
    ['a folded header', get(MAPS, 'X-A: b\r\n c\r\n'), 400],
    ['a space before the colon', get(MAPS, 'X-A : b\r\n'), 400],
    ['a header without a name', get(MAPS, ': b\r\n'), 400],
    ['a bare line feed', `GET ${MAPS} HTTP/1.1\nHost: a\n${AUTH}\n`, 400],
    ['NUL in a header', get(MAPS, 'X-A: b\0c\r\n'), 400],
    ['a bare carriage return in a header', get(MAPS, 'X-A: b\rc\r\n'), 400],
    ['NUL in the path', get(`${MAPS}\0`), 400],
    ['a version that is none', `GET ${MAPS} HTTP/9.9\r\nHost: a\r\n\r\n`, 400],
    ['no request at all', '\x16\x03\x01\x02\x00\x01\r\n\r\n', 400],
  ])('%s', async (_name, bytes, status) => {
    const before = server.api.objects.store.committed;
    expect(await statusesOf(server, bytes)).toEqual([status]);
    expect(server.api.objects.store.committed).toBe(before);
  });

  it('headers of more than a megabyte, which the client may hear of by a reset only', async () => {
    const statuses = await statusesOf(server, get(MAPS, `X-A: ${'a'.repeat(1_100_000)}\r\n`));
    expect([[431], []]).toContainEqual(statuses);
  });

  it('a plain one is done, also with long headers and a long path', async () => {
    expect(await statusesOf(server, get(MAPS, `X-A: ${'a'.repeat(200_000)}\r\n`))).toEqual([200]);
    expect(await statusesOf(server, get(`${MAPS}?labelSelector=${'a%3Db,'.repeat(3000)}a`))).toEqual([200]);
    expect(await statusesOf(server, post('Transfer-Encoding: chunked\r\n', chunked(BODY)))).toEqual([201]);
  });
});

describe('methods', () => {
  it.each(['TRACE', 'PROPFIND', 'OPTIONS', 'MKCOL'])('%s is not served', async method => {
    const [status] = await statusesOf(server, get(MAPS).replace('GET', method));
    expect(status).toBe(405);
  });
  it.each(['CONNECT', 'get', 'Get', 'BREW'])('%s is none', async method => {
    const statuses = await statusesOf(server, get(MAPS).replace('GET', method));
    expect(statuses.every(status => status >= 400)).toBe(true);
  });
  it('is the one of the request line, whatever headers say', async () => {
    for (const name of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
      const { body } = await server.call(MAPS, { headers: { [name]: 'DELETE' } });
      expect(body).toMatchObject({ kind: 'ConfigMapList' });
    }
  });
  it.each([
    ['PUT', MAPS],
    ['PATCH', MAPS],
    ['POST', `${MAPS}/a`],
    ['DELETE', '/api/v1/namespaces'],
  ] as const)('%s of %s', async (method, path) => {
    await expectRefused(
      server,
      path,
      { method, body: {} },
      {
        code: 405,
        reason: 'MethodNotAllowed',
        message: 'the server does not allow this method on the requested resource',
      },
    );
  });
});

describe('clients that are slow', () => {
  it('have their headers sent in time or are closed, all of them, while others are served', async () => {
    const slow = await Promise.all(Array.from({ length: 100 }, () => rawConnection(server)));
    try {
      for (const each of slow) each.send('GET / HTTP/1.1\r\nHost: a\r\nX-');
      expect((await server.call(MAPS)).status).toBe(200);
      const ends = await Promise.all(slow.map(({ closed }) => closed));
      expect(ends.every(bytes => bytes.toString().startsWith('HTTP/1.1 408') || bytes.length === 0)).toBe(true);
    } finally {
      for (const each of slow) each[Symbol.dispose]();
    }
  });
  it('have their body sent in time or are closed', async () => {
    using slow = await rawConnection(server);
    slow.send(post('Content-Length: 1000\r\n', '{'));
    const bytes = await slow.closed;
    expect(bytes.toString()).not.toContain('HTTP/1.1 2');
  });
  it('say something after they connected, or are closed', async () => {
    using silent = await rawConnection(server);
    await silent.closed;
  });
  it('read what they asked for, or are cut, and others are served', async () => {
    const data = { a: 'x'.repeat(900_000) };
    for (const name of ['big-1', 'big-2', 'big-3', 'big-4']) {
      expect((await server.call(MAPS, { method: 'POST', body: { metadata: { name }, data } })).status).toBe(201);
    }
    using deaf = await rawConnection(server);
    deaf.socket.pause();
    for (let request = 0; request < 8; request++) deaf.send(get(MAPS).replace('Connection: close\r\n', ''));
    expect((await server.call(MAPS)).status).toBe(200);
    // A socket that is paused learns of its end by writing.
    await until(() => {
      deaf.send('\r\n');
      return deaf.socket.destroyed;
    });
    for (const name of ['big-1', 'big-2', 'big-3', 'big-4']) await server.call(`${MAPS}/${name}`, { method: 'DELETE' });
  });
});

describe('a body of who may not send it', () => {
  const refused = (bytes: number): string =>
    `POST ${MAPS} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${bytes}\r\n\r\n`;
  it('is passed over, and the connection goes on', async () => {
    using connection = await rawConnection(server);
    connection.send(refused(2_000_000));
    connection.send(Buffer.alloc(2_000_000, 0x20));
    connection.send(get(MAPS));
    const text = (await connection.closed).toString('latin1');
    expect([...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => status)).toEqual(['403', '200']);
  });
  it('ends its connection where it is longer than any may be', async () => {
    using connection = await rawConnection(server);
    connection.send(refused(10_000_000_000));
    const piece = Buffer.alloc(1_000_000, 0x20);
    let sent = 0;
    for (; !connection.socket.destroyed; sent++) {
      expect(sent).toBeLessThan(100);
      const drained = new Promise(resolve => void connection.socket.once('drain', resolve));
      if (!connection.socket.write(piece)) await Promise.race([drained, connection.closed]);
    }
    expect((await connection.closed).toString('latin1', 9, 12)).toBe('403');
  });
});

describe('more than may be served at once', () => {
  it('of watches by one user is refused, and others watch', async () => {
    const watch = (token: string): string =>
      `GET ${MAPS}?watch=1 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n\r\n`;
    const watchers = await Promise.all(Array.from({ length: 4 }, () => rawConnection(server)));
    try {
      const statuses: string[] = [];
      for (const [index, each] of watchers.entries()) {
        each.send(watch(index < 3 ? 'reader-3' : 'reader-4'));
        await until(() => each.received.length > 0);
        statuses.push(each.received.toString('latin1', 9, 12));
      }
      expect(statuses).toEqual(['200', '200', '200', '200']);
      expect(await server.call(`${MAPS}?watch=1`, { token: 'reader-3' })).toMatchObject({ status: 429 });
      watchers[0]?.[Symbol.dispose]();
      const { status } = await retried(() => server.call(`${MAPS}?watch=1&timeoutSeconds=1`, { token: 'reader-3' }));
      expect(status).toBe(200);
    } finally {
      for (const each of watchers) each[Symbol.dispose]();
    }
  });
});

async function until(isOver: () => boolean): Promise<void> {
  for (let tries = 0; !isOver(); tries++) {
    if (tries > 600) throw new Error('it does not come to it');
    await sleep(50);
  }
}

async function retried<T extends { readonly status: number }>(call: () => Promise<T>): Promise<T> {
  for (let tries = 0; tries < 100; tries++) {
    const answer = await call();
    if (answer.status !== 429) return answer;
    await sleep(50);
  }
  return call();
}
