import { once } from 'node:events';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { testServer, type TestServer } from '../testing/test-server.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';

let server: TestServer;
beforeAll(async () => {
  server = await testServer({}, { limits: { longRunningOfUser: 2 } });
});
afterAll(() => server[Symbol.asyncDispose]());

const opened = (
  search: string,
  protocols: readonly string[] = [],
  token = 'token-admin',
  origin = 'https://here.example.com',
): WebSocket =>
  new WebSocket(`${server.url.replace('https', 'wss')}${MAPS}?watch=true${search}`, [...protocols], {
    ca: server.ca,
    ...(origin === '' ? {} : { origin }),
    headers: token === '' ? {} : { authorization: `Bearer ${token}` },
  });

async function refusal(socket: WebSocket): Promise<string> {
  const [error] = (await once(socket, 'error')) as [Error];
  return error.message;
}

const make = (name: string): Promise<unknown> =>
  server.call(MAPS, { method: 'POST', body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } } });

it('tells each event of a watch in a message of text', async () => {
  await make('first');
  const socket = opened('&fieldSelector=metadata.name%21%3Dother');
  const told: unknown[] = [];
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    const { type, object } = JSON.parse(data.toString()) as { type: string; object: { metadata: { name: string } } };
    told.push([isBinary, type, object.metadata.name]);
  });
  await once(socket, 'open');
  await make('other');
  await make('second');
  await server.call(`${MAPS}/first`, { method: 'DELETE' });
  const events = [
    [false, 'ADDED', 'first'],
    [false, 'ADDED', 'second'],
    [false, 'DELETED', 'first'],
  ];
  await vi.waitFor(() => expect(told).toEqual(events), { timeout: 20_000 });
  socket.terminate();
});

it('closes it when its time is over', async () => {
  const [code] = await once(opened('&timeoutSeconds=1'), 'close');
  expect(code).toBe(1000);
});

it('takes one subprotocol, besides one that brings a token, and says which', async () => {
  const bearer = `base64url.bearer.authorization.k8s.io.${Buffer.from('token-admin').toString('base64url')}`;
  const socket = opened('', [bearer, 'mine'], '');
  await once(socket, 'open');
  expect(socket.protocol).toBe('mine');
  socket.terminate();
  expect(await refusal(opened('', ['one', 'two']))).toContain('400');
});

it('is refused as other watches are', async () => {
  expect(await refusal(opened('', [], 'token-nobody'))).toContain('403');
  expect(await refusal(opened('&labelSelector=%21%21'))).toContain('400');
});

it('counts it among the watches that a user may have, while its client is there', async () => {
  const [first, second] = [opened(''), opened('')];
  await Promise.all([once(first, 'open'), once(second, 'open')]);
  expect(await refusal(opened(''))).toContain('429');
  first.terminate();
  await vi.waitFor(
    async () => {
      const third = opened('');
      await Promise.race([once(third, 'open'), refusal(third).then(message => Promise.reject(new Error(message)))]);
      third.terminate();
    },
    { timeout: 20_000 },
  );
  second.terminate();
});

it.each(['', 'null'])('refuses a client whose page is from %j', async origin => {
  expect(await refusal(opened('', [], 'token-admin', origin))).toContain('403');
});
