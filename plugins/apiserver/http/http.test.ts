import { connect as connectHttp2 } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect as connectTls } from 'node:tls';
import { must } from '../../../src/base/must.ts';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { createMemoryStore } from '../../../src/store/memory-store.ts';
import { ConfigMap } from '../../kinds/core/v1/config-map.ts';
import { BODY_BYTES } from '../limits.ts';
import { rawConnection } from '../testing/raw-client.ts';
import { testServer, type TestServer } from '../testing/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer(
    {
      authorizers: [
        { name: 'masters', authorize: ({ groups }) => ({ allowed: groups.includes('system:masters') }) },
        { name: 'readers', authorize: ({ name }, { verb }) => ({ allowed: name === 'reader' && verb === 'get' }) },
      ],
    },
    {
      connects: [
        {
          resource: 'configmaps',
          subresource: 'log',
          verbs: ['get'],
          async stream({ name, query }, answer) {
            if (name === 'silent') return;
            answer.head([['content-type', 'text/plain']]);
            await answer.write(Buffer.from(`log of ${name} since ${query.get('since')}`));
          },
        },
        {
          resource: 'configmaps',
          subresource: 'exec',
          verbs: ['get', 'create'],
          async upgrade({ name }, socket, head) {
            socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n${name}:`);
            socket.write(head);
            socket.pipe(socket);
          },
        },
      ],
      routes: [{ path: '/openid/v1/jwks', contentType: 'application/jwk-set+json', body: () => '{"keys":[]}' }],
    },
  );
});
afterAll(() => server[Symbol.asyncDispose]());

const MAPS = '/api/v1/namespaces/default/configmaps';
const PODS = '/api/v1/namespaces/default/pods';
const merge = { 'content-type': 'application/merge-patch+json' };

describe('the API over HTTPS', () => {
  it('creates, reads, lists, patches and deletes', async () => {
    const made = await server.call(MAPS, { method: 'POST', body: { metadata: { name: 'a' }, data: { x: '1' } } });
    expect(made).toMatchObject({ status: 201, body: { kind: 'ConfigMap', metadata: { name: 'a' }, data: { x: '1' } } });
    expect(made.headers).toMatchObject({ 'cache-control': 'no-cache, private', 'content-type': 'application/json' });
    expect(made.headers['audit-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect((await server.call(`${MAPS}/a`)).body).toEqual(made.body);
    const listed = await server.call(MAPS);
    expect(listed.body).toMatchObject({
      kind: 'ConfigMapList',
      apiVersion: 'v1',
      items: [{ metadata: { name: 'a' } }],
    });
    const patched = await server.call(`${MAPS}/a`, { method: 'PATCH', body: { data: { y: '2' } }, headers: merge });
    expect(patched).toMatchObject({ status: 200, body: { data: { x: '1', y: '2' } } });
    expect(await server.call(`${MAPS}/a`, { method: 'DELETE' })).toMatchObject({
      status: 200,
      body: { kind: 'Status', status: 'Success', details: { name: 'a', kind: 'configmaps' } },
    });
    expect(await server.call(`${MAPS}/a`)).toMatchObject({ status: 404, body: { reason: 'NotFound' } });
  });

  it('takes the namespace of a PUT from its path, as of clients whose every string is on the wire', async () => {
    await server.call(MAPS, { method: 'POST', body: { metadata: { name: 'put' } } });
    for (const [x, metadata] of [{ name: 'put', namespace: '' }, { name: 'put' }].entries()) {
      const answer = await server.call(`${MAPS}/put`, { method: 'PUT', body: { metadata, data: { x: `${x}` } } });
      expect(answer).toMatchObject({ status: 200, body: { metadata: { namespace: 'default' }, data: { x: `${x}` } } });
    }
  });

  it('reads YAML and answers YAML', async () => {
    const body = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: yaml}\ndata: {x: "1"}\n';
    const headers = { 'content-type': 'application/yaml', accept: 'application/yaml' };
    const made = await server.call(MAPS, { method: 'POST', body, headers });
    expect(made.status).toBe(201);
    expect(made.text).toContain('data:\n  x: "1"\n');
  });

  it('stores nothing in a dry run', async () => {
    const body = { metadata: { name: 'dry' } };
    expect(await server.call(`${MAPS}?dryRun=All`, { method: 'POST', body })).toMatchObject({ status: 201 });
    expect(await server.call(`${MAPS}/dry`)).toMatchObject({ status: 404 });
    const deleted = await server.call('/api/v1/namespaces/team?dryRun=All', { method: 'DELETE' });
    expect(deleted.status).toBe(404);
  });

  it('judges unknown and duplicate fields as asked', async () => {
    const body = '{"metadata":{"name":"v"},"data":{"a":"1","a":"2"},"dat":{}}';
    const post = (mode: string) => server.call(`${MAPS}?dryRun=All&fieldValidation=${mode}`, { method: 'POST', body });
    expect(await post('Strict')).toMatchObject({
      status: 400,
      body: {
        message:
          'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: ' +
          'duplicate field "data.a", unknown field "dat"',
      },
    });
    const turned = '{"dat":{},"metadata":{"name":"v"},"data":{"a":"1","a":"2"}}';
    const { body: told } = await server.call(`${MAPS}?dryRun=All&fieldValidation=Strict`, {
      method: 'POST',
      body: turned,
    });
    expect(told).toMatchObject({
      message: expect.stringContaining('unknown field "dat", duplicate field "data.a"') as unknown,
    });
    const warned = await post('Warn');
    expect(warned.status).toBe(201);
    expect([warned.headers['warning']].flat().join(', ')).toBe(
      '299 - "duplicate field \\"data.a\\"", 299 - "unknown field \\"dat\\""',
    );
    expect((await post('Ignore')).headers['warning']).toBeUndefined();
  });

  it('warns of what a kind finds odd, also where it refuses', async () => {
    const said = async (path: string, body: object): Promise<readonly [number, string]> => {
      const { status, headers } = await server.call(path, { method: 'POST', body });
      return [status, [headers['warning']].flat().join(', ')];
    };
    const service = { metadata: { name: 'odd' }, spec: { ports: [{ port: 80 }], externalName: 'a' } };
    const ignored = 'spec.externalName is ignored when spec.type is not \\"ExternalName\\"';
    expect(await said('/api/v1/namespaces/default/services', service)).toEqual([201, `299 - "${ignored}"`]);
    const deprecated = 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice';
    const endpoints = { metadata: { name: 'odd' }, subsets: [{}] };
    expect(await said('/api/v1/namespaces/default/endpoints', endpoints)).toEqual([422, `299 - "${deprecated}"`]);
  });

  it('answers a delete with what was there, of kinds that do so', async () => {
    const accounts = '/api/v1/namespaces/default/serviceaccounts';
    await server.call(accounts, { method: 'POST', body: { metadata: { name: 'gone' } } });
    expect(await server.call(`${accounts}/gone`, { method: 'DELETE' })).toMatchObject({
      status: 200,
      body: { kind: 'ServiceAccount', metadata: { name: 'gone' } },
    });
  });

  it('keeps the status of a new node, and of no new service', async () => {
    const post = async (path: string, body: object): Promise<unknown> =>
      (await server.call(path, { method: 'POST', body })).body;
    const node = { metadata: { name: 'n' }, status: { capacity: { cpu: '1' } } };
    expect(await post('/api/v1/nodes', node)).toMatchObject({ status: { allocatable: { cpu: '1' } } });
    const spec = { ports: [{ port: 80 }] };
    const service = { metadata: { name: 's' }, spec, status: { conditions: [{ type: 'a', status: 'True' }] } };
    expect(await post('/api/v1/namespaces/default/services', service)).not.toHaveProperty('status.conditions');
  });

  it('calls an event of the other group what it is stored as where it refuses it', async () => {
    const event = { metadata: { name: 'e' }, regarding: { namespace: 'default' } };
    const path = '/apis/events.k8s.io/v1/namespaces/default/events';
    expect((await server.call(path, { method: 'POST', body: event })).body).toMatchObject({
      message: 'Event "e" is invalid: [eventTime: Required value, type: Invalid value: "": has invalid value: ]',
    });
  });

  it('tells what it takes of a new pod and is hardly meant, and that a deleted one has no time left', async () => {
    const spec = { containers: [{ name: 'c', image: 'i' }], imagePullSecrets: [{ name: '' }] };
    const post = () => server.call(PODS, { method: 'POST', body: { metadata: { name: 'odd' }, spec } });
    const warning = '299 - "spec.imagePullSecrets[0].name: invalid empty name \\"\\""';
    expect(await post()).toMatchObject({ status: 201, headers: { warning } });
    expect(await post()).toMatchObject({ status: 409, headers: { warning } });
    const { status, body } = await server.call(`${PODS}/odd`, { method: 'DELETE' });
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { metadata: { deletionGracePeriodSeconds: 0, deletionTimestamp: expect.any(String), generation: 2 } },
    });
  });

  it('acts as another user where that is allowed', async () => {
    const as = (user: string, token: string) => server.call(MAPS, { headers: { 'impersonate-user': user }, token });
    expect(await as('jane', 'token-admin')).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('User "jane" cannot list resource "configmaps"') },
    });
    expect(await as('jane', 'token-bob')).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('User "bob" cannot impersonate resource "users"') },
    });
  });

  it('is neither ready nor live while its store takes no writes', async () => {
    const store = createMemoryStore(hostWorld());
    await using failing = await testServer({ store });
    expect((await failing.call('/livez')).text).toBe('ok');
    await store[Symbol.asyncDispose]();
    for (const path of ['/livez', '/readyz']) {
      const answer = await failing.call(path);
      expect([answer.status, answer.text]).toEqual([
        500,
        `[+]ping ok\n[-]etcd failed: reason withheld\n${path.slice(1)} check failed\n`,
      ]);
      const own = await failing.call(`${path}/etcd`);
      expect([own.status, own.text]).toEqual([500, 'internal server error: the store is closed\n']);
      expect((await failing.call(`${path}?exclude=etcd`)).text).toBe('ok');
    }
  });

  it('serves fixed routes, health by check, and knows what the client has', async () => {
    expect((await server.call('/openid/v1/jwks')).headers['content-type']).toBe('application/jwk-set+json');
    expect((await server.call('/readyz?verbose')).text).toBe('[+]ping ok\n[+]etcd ok\nreadyz check passed\n');
    expect((await server.call('/readyz/ping')).text).toBe('ok');
    expect(await server.call('/readyz/other')).toMatchObject({ status: 404, text: '404 page not found\n' });
    expect((await server.call('/livez?verbose&exclude=etcd&exclude=b&exclude=a')).text).toBe(
      '[+]ping ok\n[+]etcd excluded: ok\nwarn: some health checks cannot be excluded: no matches for "a","b"\nlivez check passed\n',
    );
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
    const first = await server.call('/apis', { headers: { accept } });
    expect(first.headers['content-type']).toBe('application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList');
    const etag = String(first.headers['etag']);
    expect((await server.call('/apis', { headers: { accept, 'if-none-match': etag } })).status).toBe(304);
  });

  it('knows a client by its certificate, over both HTTP versions', async () => {
    const { certificate, privateKey } = await server.clusterCa.issueClient('jane', ['system:masters']);
    const tls = { ca: server.ca, cert: certificate, key: privateKey };
    for (const allowH2 of [false, true]) {
      const dispatcher = new Agent({ connect: tls, allowH2 });
      const { statusCode } = await request(`${server.url}${MAPS}`, { dispatcher });
      expect(statusCode).toBe(200);
      await dispatcher.destroy();
    }
    const foreign = await testServer();
    const other = await foreign.clusterCa.issueClient('jane', ['system:masters']);
    const dispatcher = new Agent({ connect: { ca: server.ca, cert: other.certificate, key: other.privateKey } });
    const { statusCode } = await request(`${server.url}${MAPS}`, { dispatcher });
    expect(statusCode).toBe(401);
    await dispatcher.destroy();
    await foreign[Symbol.asyncDispose]();
  });

  it('answers a stream that has nothing to say with 204', async () => {
    expect(await server.call(`${MAPS}/silent/log`)).toMatchObject({ status: 204 });
  });

  it('streams, and hands upgraded connections over', async () => {
    expect((await server.call(`${MAPS}/a/log?since=5`)).text).toBe('log of a since 5');
    expect((await server.call(`${MAPS}/a/exec`)).body).toMatchObject({ message: 'Upgrade request required' });
    expect(await upgraded('token-admin')).toBe('a:hello');
    expect(await upgraded('token-jane')).toBe('403');
  });

  it('hands over what was sent along with an upgrade', async () => {
    using connection = await rawConnection(server);
    const head = ['host: a', 'connection: upgrade', 'upgrade: echo', 'authorization: Bearer token-admin', '', ''];
    const along = 'x'.repeat(8000);
    connection.send([`GET ${MAPS}/a/exec HTTP/1.1`, ...head].join('\r\n') + along);
    await vi.waitFor(() => expect(connection.received.toString()).toContain(`\r\n\r\na:${along}`));
  });

  it('upgrades nobody who may only read', async () => {
    expect(await upgraded('token-reader')).toBe('403');
    const plain = (name: string) => server.call(`${MAPS}/a/${name}`, { token: 'token-reader' });
    expect(await plain('exec')).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('User "reader" cannot create resource "configmaps/exec"') },
    });
    expect(await plain('log')).toMatchObject({ status: 200 });
  });

  it('serves HTTP/2 as HTTP/1.1, and bodies without a length', async () => {
    const session = connectHttp2(server.url, { ca: server.ca });
    const headers = { authorization: 'Bearer token-admin', 'content-type': 'application/json' };
    const stream = session.request({ ':method': 'POST', ':path': MAPS, ...headers });
    stream.write('{"metadata":{"name":"h2"}');
    stream.end('}');
    const chunks: Buffer[] = [];
    for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
    expect(JSON.parse(Buffer.concat(chunks).toString())).toMatchObject({ metadata: { name: 'h2' } });
    session.close();
  });
});

describe('watches over HTTPS', () => {
  it('tells events line by line, in the same order and bytes to all, until their time is over', async () => {
    const query =
      'watch=true&timeoutSeconds=1&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan';
    const watches = [server.call(`${MAPS}?${query}`), server.call(`${MAPS}?${query}`)];
    await new Promise(resolve => setTimeout(resolve, 200));
    await server.admin.create(ConfigMap, { metadata: { name: 'w', namespace: 'default' } });
    await server.admin.delete(ConfigMap, { name: 'w', namespace: 'default' });
    const [first, second] = await Promise.all(watches);
    expect(second?.text).toBe(first?.text);
    const events = must(first, 'answered')
      .text.trim()
      .split('\n')
      .map(line => JSON.parse(line));
    const types = events.map(({ type, object }) => `${type} ${object.metadata.name ?? ''}`.trim());
    expect(types).toContain('ADDED yaml');
    expect(types.slice(-4)).toEqual(['BOOKMARK', 'ADDED w', 'DELETED w', 'BOOKMARK']);
    const [end, added, deleted] = events.slice(-4);
    expect(end.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
    expect(Number(deleted.object.metadata.resourceVersion)).toBeGreaterThan(
      Number(added.object.metadata.resourceVersion),
    );
  });

  it('says columns once in a Table watch', async () => {
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const { text } = await server.call(`${MAPS}?watch=true&timeoutSeconds=1`, { headers: { accept } });
    const events = text
      .trim()
      .split('\n')
      .map(line => JSON.parse(line).object);
    expect(events.map(({ columnDefinitions }) => columnDefinitions.length > 0)).toEqual([
      true,
      ...events.slice(1).map(() => false),
    ]);
  });

  it('tells a revision that is gone as an event', async () => {
    const { store } = server.api.objects;
    await store.compact(store.committed);
    const { status, body } = await server.call(`${MAPS}?watch=true&resourceVersion=1`);
    expect([status, body]).toMatchObject([200, { type: 'ERROR', object: { code: 410, reason: 'Expired' } }]);
  });
});

describe('bad requests', () => {
  const head = 'Authorization: Bearer token-admin\r\nConnection: close\r\n';
  it.each([
    ['two Hosts', `GET ${MAPS} HTTP/1.1\r\nHost: a\r\nHost: b\r\n${head}\r\n`, '400'],
    ['an unknown encoding', `POST ${MAPS} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n${head}\r\n`, '400'],
    [
      'two lengths',
      `POST ${MAPS} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n${head}\r\nab`,
      '400',
    ],
    [
      'a length and an encoding',
      `POST ${MAPS} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n${head}\r\n0\r\n\r\n`,
      '400',
    ],
    ['no Host', `GET ${MAPS} HTTP/1.1\r\n${head}\r\n`, '400'],
    ['an unknown method', `BREW ${MAPS} HTTP/1.1\r\nHost: a\r\n${head}\r\n`, '400'],
    ['TRACE', `TRACE ${MAPS} HTTP/1.1\r\nHost: a\r\n${head}\r\n`, '405'],
  ])('%s', async (_title, text, status) => {
    expect((await rawAnswer(text)).slice(9, 12)).toBe(status);
  });

  it('refuses a body beyond the limit, and reads none of those who may not write', async () => {
    const body = `{"metadata":{"name":"big"},"data":{"x":"${'x'.repeat(BODY_BYTES)}"}}`;
    expect(await server.call(MAPS, { method: 'POST', body })).toMatchObject({
      status: 413,
      body: { message: 'Request entity too large: limit is 3145728' },
    });
    expect(await server.call(MAPS, { method: 'POST', body: 'no JSON', token: 'token-jane' })).toMatchObject({
      status: 403,
    });
  });
});

function rawAnswer(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ port: server.port, host: '127.0.0.1', ca: server.ca, ALPNProtocols: ['http/1.1'] });
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.once('close', () => resolve(answer));
    socket.once('error', reject);
    socket.write(text);
  });
}

/** What the upgraded connection answers to `hello`, or the status of a refusal. */
function upgraded(token: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { connection: 'upgrade', upgrade: 'echo', authorization: `Bearer ${token}` };
    const request = httpsRequest(`${server.url}${MAPS}/a/exec`, { ca: server.ca, headers, agent: false });
    request.once('response', ({ statusCode }) => resolve(String(statusCode)));
    request.once('upgrade', (_response, socket, head) => {
      let text = head.toString();
      socket.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (!text.endsWith('hello')) return;
        socket.destroy();
        resolve(text);
      });
      socket.write('hello');
    });
    request.once('error', reject);
    request.end();
  });
}
