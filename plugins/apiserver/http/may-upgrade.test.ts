import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { rawConnection } from '../testing/raw-client.ts';
import { testServer, type TestServer } from '../testing/test-server.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';

let server: TestServer;
beforeAll(async () => {
  const log = {
    resource: 'configmaps',
    subresource: 'log',
    verbs: ['get'],
    stream: (_request: unknown, answer: { head(headers: readonly (readonly [string, string])[]): void }) => {
      answer.head([['content-type', 'text/plain']]);
      return Promise.resolve();
    },
  };
  server = await testServer({}, { connects: [log] });
});
afterAll(() => server[Symbol.asyncDispose]());

it.each([
  ['a list', MAPS],
  ['a watch, in what is no WebSocket', `${MAPS}?watch=true&timeoutSeconds=1`],
  ['a log, in what is no WebSocket', `${MAPS}/a/log`],
  ['discovery', '/apis'],
])('ignores the wish for another protocol of %s', async (_what, path) => {
  using connection = await rawConnection(server);
  const head = ['host: a', 'connection: upgrade', 'upgrade: echo', 'authorization: Bearer token-admin', '', ''];
  connection.send([`GET ${path} HTTP/1.1`, ...head].join('\r\n'));
  await vi.waitFor(() => expect(connection.received.toString()).toContain('HTTP/1.1 200 OK'), { timeout: 20_000 });
});
