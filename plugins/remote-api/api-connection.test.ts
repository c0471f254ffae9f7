import { metricsText } from '../../src/base/metrics-text.ts';
import { RequestCounts } from './request-counts.ts';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterEach, beforeAll, expect, it } from 'vitest';
import type { Client, WatchOptions } from '../../src/api/client.ts';
import { StatusError } from '../../src/api/status-error.ts';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { testServer, type TestServer } from '../apiserver/testing/test-server.ts';
import { ConfigMap } from '../kinds/core/v1/config-map.ts';
import { ApiConnection, type Credential } from './api-connection.ts';
import type { ConnectionLimits } from './limits.ts';
import { remoteClients } from './remote-clients.ts';

const { timers } = hostWorld();
const ADMIN: Credential = { type: 'bearer', token: 'token-admin' };
const ANYBODY = { name: 'anybody', groups: [] };
const over: (() => PromiseLike<unknown> | void)[] = [];
/** Who wrote last. */
let writer = '';
let server: TestServer;

beforeAll(async () => {
  let refusals = 2;
  server = await testServer({
    admission: [
      {
        name: 'later',
        order: 1,
        resources: ['configmaps'],
        validate({ name, user }) {
          writer = user.name;
          if (name === 'later' && refusals-- > 0)
            throw new StatusError('TooManyRequests', 'later', { details: { retryAfterSeconds: 0 } });
          if (name === 'never') throw new StatusError('TooManyRequests', 'never');
        },
      },
    ],
  });
  return () => server[Symbol.asyncDispose]();
});

afterEach(async () => {
  for (const end of over.splice(0).toReversed()) await end();
});

function connectTo(url: string, limits: Partial<ConnectionLimits> = {}, credential = ADMIN) {
  const connection = new ApiConnection({ server: url, caCertificate: server.ca, credential, timers, limits });
  over.push(() => connection[Symbol.dispose]());
  return { connection, client: remoteClients(connection, timers).as(ANYBODY) };
}

const eventsOf = (client: Client, options: WatchOptions) => client.watch(ConfigMap, options)[Symbol.asyncIterator]();

/** Passes bytes on to the API server until it is told to keep them. */
async function wire() {
  let isCut = false;
  let connections = 0;
  const sockets: Socket[] = [];
  const listener = createServer(inner => {
    connections += 1;
    const outer = new (inner.constructor as new () => Socket)().connect(server.port, '127.0.0.1');
    sockets.push(inner, outer);
    for (const [from, to] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      from.on('data', (bytes: Buffer) => void (isCut || to.write(bytes)));
      from.on('close', () => to.destroy());
      from.on('error', () => to.destroy());
    }
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  over.push(() => {
    for (const socket of sockets) socket.destroy();
    listener.close();
  });
  const { port } = listener.address() as { readonly port: number };
  return {
    url: `https://127.0.0.1:${port}`,
    get connections() {
      return connections;
    },
    cut: () => void (isCut = true),
    mend: () => void (isCut = false),
    drop: () => {
      for (const socket of sockets.splice(0)) socket.destroy();
    },
  };
}

it('comes back later when it is told to, and only then', async () => {
  const { client } = connectTo(server.url);
  await client.create(ConfigMap, { metadata: { name: 'later', namespace: 'default' } });
  const refused = client.create(ConfigMap, { metadata: { name: 'never', namespace: 'default' } });
  await expect(refused).rejects.toMatchObject({ reason: 'TooManyRequests', message: 'never' });
});

it('says whom it cannot reach, and reaches it when it is there again', async () => {
  const between = await wire();
  const { client } = connectTo(between.url);
  await client.list(ConfigMap);
  between.drop();
  await client.list(ConfigMap);
  expect(between.connections).toBe(2);
  const gone = connectTo('https://127.0.0.1:1');
  const error = await gone.client.list(ConfigMap).catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    reason: 'ServiceUnavailable',
    message: 'cannot reach https://127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1',
  });
});

it('trusts nobody but its CA', async () => {
  const other = await testServer();
  over.push(() => other[Symbol.asyncDispose]());
  const error = await connectTo(other.url)
    .client.list(ConfigMap)
    .catch((reason: unknown) => reason);
  expect(error).toMatchObject({ reason: 'ServiceUnavailable', message: expect.stringContaining('certificate') });
});

it('leaves a peer that says nothing: when it connects, when it waits, and in a watch', async () => {
  const between = await wire();
  const limits = { connectMs: 200, headMs: 60_000, pingMs: 50, pongMs: 200 };
  const { client } = connectTo(between.url, limits);
  const { resourceVersion } = await client.list(ConfigMap);
  const watching = eventsOf(client, { resourceVersion, signal: new AbortController().signal }).next();
  // Opened, but nothing happens.
  await client.list(ConfigMap);
  between.cut();
  const waiting = client.list(ConfigMap);
  await Promise.all([
    expect(watching).rejects.toMatchObject({ reason: 'ServiceUnavailable' }),
    expect(waiting).rejects.toMatchObject({ reason: 'ServiceUnavailable' }),
  ]);
  const connecting = client.list(ConfigMap);
  await expect(connecting).rejects.toMatchObject({ message: expect.stringContaining('no connection in 0.2 s') });
  between.mend();
  await client.list(ConfigMap);
});

it('asks as whom a new certificate names, while a watch goes on over the old connection', async () => {
  const keys = async (name: string): Promise<Credential> => ({
    type: 'certificate',
    ...(await server.clusterCa.issueClient(name, ['system:masters'])),
  });
  const { connection, client } = connectTo(server.url, {}, await keys('one'));
  const { resourceVersion } = await client.list(ConfigMap);
  const events = eventsOf(client, { resourceVersion, signal: new AbortController().signal });
  const next = events.next();
  await client.list(ConfigMap);
  connection.use(await keys('two'));
  await client.create(ConfigMap, { metadata: { name: 'seen', namespace: 'default' } });
  expect(await next).toMatchObject({ value: { type: 'ADDED', object: { metadata: { name: 'seen' } } } });
  expect(writer).toBe('two');
  await events.return?.();
});

it('opens another connection where one has no room for more', async () => {
  const between = await wire();
  const { client } = connectTo(between.url, { streams: 2 });
  const { resourceVersion } = await client.list(ConfigMap);
  const end = new AbortController();
  over.push(() => end.abort());
  const nexts = [1, 2, 3].map(() => eventsOf(client, { resourceVersion, signal: end.signal }).next());
  await client.create(ConfigMap, { metadata: { name: 'many', namespace: 'default' } });
  expect(await Promise.all(nexts)).toHaveLength(3);
  expect(between.connections).toBeGreaterThan(1);
});

it('counts requests by method and answer, and those that had none', async () => {
  const requests = new RequestCounts(server.url);
  const { clock } = hostWorld();
  const options = { caCertificate: server.ca, credential: ADMIN, timers, counts: { requests, clock } };
  using connection = new ApiConnection({ ...options, server: server.url });
  const client = remoteClients(connection, timers).as(ANYBODY);
  await client.list(ConfigMap, { namespace: 'default' });
  await expect(client.get(ConfigMap, { name: 'none', namespace: 'default' })).rejects.toThrow();
  using nowhere = new ApiConnection({ ...options, server: 'https://127.0.0.1:1' });
  await expect(nowhere.send({ method: 'DELETE', path: '/' })).rejects.toThrow();
  const text = metricsText(requests.collect());
  const host = new URL(server.url).host;
  for (const [code, method] of [
    ['200', 'GET'],
    ['404', 'GET'],
    ['<error>', 'DELETE'],
  ]) {
    expect(text).toContain(`rest_client_requests_total{code="${code}",host="${host}",method="${method}"} 1\n`);
  }
  expect(text).toContain(`rest_client_request_duration_seconds_bucket{host="${host}",verb="GET",le="60"} 2\n`);
});
