import { connect } from 'node:http2';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FRAME, frame, frameTypes, headerBlock, PREFACE, rawConnection } from '../testing/raw-client.ts';
import { testServer, type TestServer } from '../testing/test-server.ts';

// A machine may be busy with much else.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let server: TestServer;
beforeAll(async () => {
  server = await testServer(
    {},
    { limits: { headersMs: 3000, requestMs: 4000, sweepMs: 100, stallMs: 1000, idleMs: 3000 } },
  );
});
afterAll(() => server[Symbol.asyncDispose]());

const MAPS = '/api/v1/namespaces/default/configmaps';
const END_STREAM = 0x1;
const END_HEADERS = 0x4;
const request = (extra: readonly (readonly [string, string])[] = []): Buffer =>
  headerBlock([
    [':method', 'GET'],
    [':scheme', 'https'],
    [':authority', 'localhost'],
    [':path', MAPS],
    ['authorization', 'Bearer token-admin'],
    ...extra,
  ]);
const OPEN = Buffer.concat([PREFACE, frame(FRAME.settings, 0, 0)]);
const ids = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index * 2 + 1);

/** Floods as bytes; each ends with its connection, by the server's hand. */
const FLOODS: readonly (readonly [string, () => Generator<Buffer>])[] = [
  [
    'of streams that are reset at once',
    function* () {
      const block = request();
      for (const id of ids(20_000)) {
        yield Buffer.concat([
          frame(FRAME.headers, END_HEADERS | END_STREAM, id, block),
          frame(FRAME.reset, 0, id, Buffer.from([0, 0, 0, 8])),
        ]);
      }
    },
  ],
  [
    'of settings',
    function* () {
      for (let sent = 0; sent < 200_000; sent++) yield frame(FRAME.settings, 0, 0);
    },
  ],
  [
    'of pings by who does not read',
    function* () {
      for (let sent = 0; sent < 200_000; sent++) yield frame(FRAME.ping, 0, 0, Buffer.alloc(8));
    },
  ],
  [
    'of headers that never end',
    function* () {
      yield frame(FRAME.headers, 0, 1, request());
      for (let sent = 0; sent < 20_000; sent++)
        yield frame(FRAME.continuation, 0, 1, headerBlock([['x-a', 'b'.repeat(100)]]));
    },
  ],
  [
    'of references to one long header',
    function* () {
      const first = Buffer.concat([
        request(),
        Buffer.from([0x40, 3]),
        Buffer.from('x-a'),
        Buffer.from([0x7f, 0x81, 0x1e]),
        Buffer.alloc(4000, 0x61),
      ]);
      yield frame(FRAME.headers, END_HEADERS, 1, first);
      for (const id of ids(2000).slice(1))
        yield frame(FRAME.headers, END_HEADERS, id, Buffer.concat([request(), Buffer.alloc(16_000, 0xbe)]));
    },
  ],
  [
    'of a length that is none',
    function* () {
      yield Buffer.concat([Buffer.from([0xff, 0xff, 0xff]), frame(FRAME.data, 0, 1).subarray(3)]);
      for (let sent = 0; sent < 100; sent++) yield Buffer.alloc(16_384);
    },
  ],
  [
    'of frames for a stream that is none',
    function* () {
      for (let sent = 0; sent < 1000; sent++) yield frame(FRAME.data, 0, 0, Buffer.alloc(10));
    },
  ],
];

describe('a flood', () => {
  it.each(FLOODS)('%s ends with the connection, and others are served meanwhile', async (name, bytes) => {
    using attacker = await rawConnection(server, 'h2');
    if (name.includes('does not read')) attacker.socket.pause();
    attacker.send(OPEN);
    let sent = 0;
    for (const each of bytes()) {
      if (attacker.socket.destroyed) break;
      attacker.send(each);
      if (++sent % 500 === 0) await sleep(1);
    }
    expect((await server.call(MAPS)).status).toBe(200);
    attacker.socket.resume();
    await attacker.closed;
  });

  it('of frames without data ends with its stream', async () => {
    using attacker = await rawConnection(server, 'h2');
    attacker.send(OPEN);
    attacker.send(
      frame(
        FRAME.headers,
        END_HEADERS,
        1,
        headerBlock([
          [':method', 'POST'],
          [':scheme', 'https'],
          [':authority', 'localhost'],
          [':path', MAPS],
          ['authorization', 'Bearer token-admin'],
        ]),
      ),
    );
    const began = server.api.objects.store.committed;
    for (let sent = 0; sent < 100_000 && !attacker.socket.destroyed; sent++) {
      attacker.send(frame(FRAME.data, 0, 1));
      if (sent % 1000 === 0) await sleep(1);
    }
    await attacker.closed;
    expect(server.api.objects.store.committed).toBe(began);
  });
});

describe('a body that ends with a reset', () => {
  it('is not taken for a whole one', async () => {
    using attacker = await rawConnection(server, 'h2');
    const block = headerBlock([
      [':method', 'POST'],
      [':scheme', 'https'],
      [':authority', 'localhost'],
      [':path', MAPS],
      ['authorization', 'Bearer token-admin'],
      ['content-type', 'application/yaml'],
    ]);
    attacker.send(OPEN);
    attacker.send(frame(FRAME.headers, END_HEADERS, 1, block));
    attacker.send(frame(FRAME.data, 0, 1, Buffer.from('metadata: {name: torn}\ndata: {a: b}\n')));
    await sleep(300);
    attacker.send(frame(FRAME.reset, 0, 1, Buffer.from([0, 0, 0, 8])));
    await sleep(300);
    expect((await server.call(`${MAPS}/torn`)).status).toBe(404);
  });
});

describe('requests that come all at once', () => {
  it('are begun a few at a time, and not at all where they were reset before', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `kept-${index}`);
    for (const name of names) await server.call(MAPS, { method: 'POST', body: { metadata: { name } } });
    using attacker = await rawConnection(server, 'h2');
    const deletion = (name: string): Buffer =>
      headerBlock([
        [':method', 'DELETE'],
        [':scheme', 'https'],
        [':authority', 'localhost'],
        [':path', `${MAPS}/${name}`],
        ['authorization', 'Bearer token-admin'],
      ]);
    const frames = names.flatMap((name, index) => [
      frame(FRAME.headers, END_HEADERS | END_STREAM, index * 2 + 1, deletion(name)),
      frame(FRAME.reset, 0, index * 2 + 1, Buffer.from([0, 0, 0, 8])),
    ]);
    attacker.send(Buffer.concat([OPEN, ...frames]));
    const acknowledged = frame(FRAME.ping, 0x1, 0, Buffer.alloc(8));
    attacker.send(frame(FRAME.ping, 0, 0, Buffer.alloc(8)));
    await vi.waitFor(() => expect(attacker.received.includes(acknowledged)).toBe(true));
    await sleep(100);
    const codes = await Promise.all(names.map(async name => (await server.call(`${MAPS}/${name}`)).status));
    expect(codes.filter(code => code === 200).length).toBeGreaterThanOrEqual(32);
  });
});

describe('a connection', () => {
  it('over which nothing comes is closed', async () => {
    using silent = await rawConnection(server, 'h2');
    await silent.closed;
  });

  it('with windows kept shut is not kept for ever, and its answers are not either', async () => {
    using shut = await rawConnection(server, 'h2');
    const noWindow = Buffer.from([0, 4, 0, 0, 0, 0]);
    shut.send(Buffer.concat([PREFACE, frame(FRAME.settings, 0, 0, noWindow)]));
    for (const id of ids(100)) shut.send(frame(FRAME.headers, END_HEADERS | END_STREAM, id, request()));
    expect((await server.call(MAPS)).status).toBe(200);
    const received = await shut.closed;
    expect(frameTypes(received).filter(type => type === FRAME.reset).length).toBe(100);
  });

  it('of who is not known gets an answer, and is closed', async () => {
    const session = connect(server.url, { ca: server.ca });
    const closed = once(session, 'close');
    const stream = session.request({ ':path': '/healthz' });
    const [headers] = (await once(stream, 'response')) as [Readonly<Record<string, unknown>>];
    expect(headers[':status']).toBe(403);
    stream.resume();
    await closed;
  });

  it('of who is known stays', async () => {
    const session = connect(server.url, { ca: server.ca });
    for (let request = 0; request < 3; request++) {
      const stream = session.request({ ':path': MAPS, authorization: 'Bearer token-admin' });
      const [headers] = (await once(stream, 'response')) as [Readonly<Record<string, unknown>>];
      expect(headers[':status']).toBe(200);
      stream.resume();
      await once(stream, 'close');
    }
    expect(session.closed).toBe(false);
    session.destroy();
  });

  it('carries a thousand streams at once and no more', async () => {
    const session = connect(server.url, { ca: server.ca });
    await once(session, 'remoteSettings');
    expect(session.remoteSettings.maxConcurrentStreams).toBe(1000);
    session.destroy();
  });
});
