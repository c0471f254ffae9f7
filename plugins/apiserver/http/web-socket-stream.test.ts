import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { testServer, type TestServer } from '../testing/test-server.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';

let server: TestServer;
beforeAll(async () => {
  const log = {
    resource: 'configmaps',
    subresource: 'log',
    verbs: ['get'],
    stream: async (
      { name, query }: { readonly name: string; readonly query: URLSearchParams },
      answer: { write(chunk: Uint8Array): Promise<void> },
    ) => {
      await answer.write(Buffer.from(`log of ${name} since ${query.get('since')}`));
    },
  };
  server = await testServer({}, { connects: [log] });
});
afterAll(() => server[Symbol.asyncDispose]());

it.each([
  ['binary.k8s.io', 'log of a since 1'],
  ['base64.binary.k8s.io', Buffer.from('log of a since 1').toString('base64')],
  [undefined, 'log of a since 1'],
])('streams over a WebSocket, by %s', async (protocol, text) => {
  const url = `${server.url.replace('https', 'wss')}${MAPS}/a/log?since=1`;
  const options = { ca: server.ca, headers: { authorization: 'Bearer token-admin' } };
  const socket = new WebSocket(url, protocol === undefined ? [] : ['other', protocol], options);
  const messages: string[] = [];
  socket.on('message', (data: Buffer) => messages.push(data.toString()));
  const [code] = await once(socket, 'close');
  expect([code, messages, socket.protocol]).toEqual([1000, [text], protocol ?? '']);
});

it('streams by no protocol of others', async () => {
  const url = `${server.url.replace('https', 'wss')}${MAPS}/a/log`;
  const socket = new WebSocket(url, ['other'], { ca: server.ca, headers: { authorization: 'Bearer token-admin' } });
  const [error] = (await once(socket, 'error')) as [Error];
  expect(error.message).toContain('400');
});
