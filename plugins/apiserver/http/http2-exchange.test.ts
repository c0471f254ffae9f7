import { once } from 'node:events';
import { connect, type ClientHttp2Session, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { FRAME, frame, headerBlock, PREFACE, rawConnection } from '../testing/raw-client.ts';
import { testServer, type TestServer } from '../testing/test-server.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let server: TestServer;
let session: ClientHttp2Session;
beforeAll(async () => {
  server = await testServer({}, { limits: { headersMs: 1000, requestMs: 1000 } });
  session = connect(server.url, { ca: server.ca });
});
afterAll(async () => {
  session.destroy();
  await server[Symbol.asyncDispose]();
});

const MAPS = '/api/v1/namespaces/default/configmaps';
const END_HEADERS = 0x4;
const POST = { ':method': 'POST', ':path': MAPS, authorization: 'Bearer token-admin' };

async function answerOf(stream: ClientHttp2Stream): Promise<{ readonly code: unknown; readonly text: string }> {
  let [headers, text]: [IncomingHttpHeaders, string] = [{}, ''];
  stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  stream.once('response', told => (headers = told));
  await once(stream, 'close');
  return { code: headers[':status'], text };
}

it('goes on where a client wishes to be told so before it sends its body', async () => {
  const stream = session.request({ ...POST, expect: '100-continue' });
  stream.once('continue', () => stream.end(JSON.stringify({ metadata: { name: 'expected' } })));
  expect(await answerOf(stream)).toMatchObject({ code: 201 });
});

it.each([
  ['an expectation nobody knows', { ...POST, expect: 'wonders' }, 417],
  ['a tunnel', { ':method': 'CONNECT', ':authority': 'localhost:1' }, 405],
])('refuses %s', async (_what, headers, code) => {
  const stream = session.request(headers);
  expect((await answerOf(stream)).code).toBe(code);
});

it('answers who sends too much before all of it has come, and ends that stream alone', async () => {
  const stream = session.request(POST);
  stream.write(Buffer.alloc(4 * 1024 * 1024, ' '));
  const { code, text } = await answerOf(stream);
  expect([code, text]).toEqual([413, expect.stringContaining('Request entity too large: limit is 3145728')]);
  expect((await server.call(MAPS)).status).toBe(200);
  expect(session.closed).toBe(false);
});

it('answers who does not send its body', async () => {
  const { code, text } = await answerOf(session.request(POST));
  expect([code, text]).toEqual([400, expect.stringContaining('the request body did not arrive in time')]);
});

it('takes no body that its sender broke off for a whole one', async () => {
  using client = await rawConnection(server, 'h2');
  const post = headerBlock([
    [':method', 'POST'],
    [':scheme', 'https'],
    [':authority', 'localhost'],
    [':path', MAPS],
    ['authorization', 'Bearer token-admin'],
  ]);
  client.send(Buffer.concat([PREFACE, frame(FRAME.settings, 0, 0), frame(FRAME.headers, END_HEADERS, 1, post)]));
  client.send(frame(FRAME.data, 0, 1, Buffer.from(JSON.stringify({ metadata: { name: 'broken-off' } }))));
  await sleep(200);
  client.send(frame(FRAME.reset, 0, 1, Buffer.from([0, 0, 0, 8])));
  await sleep(200);
  expect((await server.call(MAPS)).text).not.toContain('broken-off');
});
