import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { Resource } from '../../../src/api/resource.ts';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import { runController } from '../../../src/sdk/controller-runner.ts';
import { createCaches } from '../../../src/sdk/create-caches.ts';
import type { Aggregation } from '../../apiserver/contract.ts';
import { testServer, type TestServer } from '../../apiserver/testing/test-server.ts';
import { openClusterCa } from '../../auth/cluster-ca.ts';
import { CustomResourceDefinition } from '../../kinds/apiextensions/v1/custom-resource-definition.ts';
import { APIService } from '../../kinds/apiregistration/v1/api-service.ts';
import { Service } from '../../kinds/core/v1/service.ts';
import kinds from '../../kinds/plugin.ts';
import { clientCredentials } from '../client-credentials.ts';
import { AggregatedApis } from './aggregated-apis.ts';
import { availabilityController } from './availability-controller.ts';
import { LocalApis } from './local-apis.ts';

const world = hostWorld();
const over = new AbortController();
const GROUP = 'wardle.example.com';
const API = `/apis/${GROUP}/v1`;
const NAME = `v1.${GROUP}`;

let server: TestServer;
let backend: Server;
let apis: AggregatedApis;
let local: LocalApis;
const live = (kinds.contributes ?? []).flatMap(({ items }) => items) as Resource[];

const RESOURCES = [
  { name: 'flunders', singularName: 'flunder', namespaced: true, kind: 'Flunder', verbs: ['get', 'list'] },
  { name: 'flunders/status', singularName: '', namespaced: true, kind: 'Flunder', verbs: ['get'] },
];
const SWAGGER = {
  swagger: '2.0',
  paths: { [`${API}/flunders`]: { get: { schema: { $ref: '#/definitions/Meta' } } }, '/apis/other/v1/x': {} },
  definitions: {
    Meta: { type: 'object', properties: { of: { $ref: '#/definitions/Flunder' } } },
    Flunder: {},
    Unused: {},
  },
};

/** Tells what it was asked, by whom and on whose behalf. */
function answer(request: IncomingMessage, body: string) {
  const { url = '', headers, method = '' } = request;
  const { subject } = (request.socket as TLSSocket).getPeerCertificate();
  if (url === API)
    return { code: 200, value: { kind: 'APIResourceList', groupVersion: `${GROUP}/v1`, resources: RESOURCES } };
  if (url === '/openapi/v2') return { code: 200, value: SWAGGER };
  if (url === `/openapi/v3${API}`) return { code: 200, value: { openapi: '3.0.0', title: 'theirs' } };
  if (url.endsWith('/moved')) return { code: 302, value: {}, headers: { location: 'https://169.254.169.254/' } };
  if (url.endsWith('/refused'))
    return { code: 409, value: { kind: 'Status', reason: 'Conflict', message: 'no', code: 409 } };
  return { code: 418, value: { method, url, headers, body, client: subject?.CN } };
}

async function startBackend(): Promise<number> {
  const keys = await server.clusterCa.issueServer('backend', ['api.default.svc'], []);
  backend = createServer({
    cert: keys.certificate,
    key: keys.privateKey,
    requestCert: true,
    rejectUnauthorized: false,
  });
  backend.on('request', (request, response) => {
    void request.toArray().then((chunks: readonly Buffer[]) => {
      const { code, value, headers = {} } = answer(request, Buffer.concat(chunks).toString());
      response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
    });
  });
  const sockets = new WebSocketServer({ noServer: true });
  backend.on('upgrade', (request: IncomingMessage, socket, head) => {
    sockets.handleUpgrade(request, socket, head, accepted => accepted.send(String(request.headers['x-remote-user'])));
  });
  backend.listen(0);
  await once(backend, 'listening');
  return (backend.address() as AddressInfo).port;
}

const service = (externalName: string) =>
  server.admin.create(Service, {
    metadata: { name: 'api', namespace: 'default' },
    spec: { type: 'ExternalName', externalName },
  });
const register = (port: number, spec: object = {}) =>
  server.admin.create(APIService, {
    metadata: { name: NAME },
    spec: {
      group: GROUP,
      version: 'v1',
      service: { namespace: 'default', name: 'api', port },
      caBundle: Buffer.from(server.ca).toString('base64'),
      groupPriorityMinimum: 2000,
      versionPriority: 10,
      ...spec,
    },
  });

async function eventually<T>(look: () => Promise<T> | T, isDone: (found: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    const found = await look();
    if (isDone(found)) return found;
    if (tries > 500) throw new Error(`never: ${JSON.stringify(found)}`);
    await world.timers.sleep(10);
  }
}
const condition = async () => (await server.admin.get(APIService, { name: NAME })).status.conditions?.[0];
const untilReason = (reason: string) => eventually(condition, found => found?.reason === reason);

beforeAll(async () => {
  const aggregations: Aggregation[] = [];
  server = await testServer({ resources: live }, { aggregations });
  const { admin: client } = server;
  const proxyCa = await openClusterCa(world, silentLogger, join(server.folder, 'front-proxy'), 'front-proxy-ca');
  const caches = createCaches({ client, world, log: silentLogger, signal: over.signal });
  const credentials = clientCredentials(proxyCa, 'front-proxy-client', silentLogger, over.signal);
  apis = new AggregatedApis({ world, caches, credentials });
  const services = caches.of(APIService);
  services.subscribe(apis);
  aggregations.push(apis);
  const events = { event: () => undefined };
  runController(availabilityController(apis), {
    caches,
    client,
    events,
    world,
    log: silentLogger,
    signal: over.signal,
  });
  const definitions = caches.of(CustomResourceDefinition);
  await Promise.all([services.synced, definitions.synced]);
  const deps = { client, timers: world.timers, log: silentLogger, services, definitions, signal: over.signal };
  local = new LocalApis({ ...deps, resources: live });
});
afterAll(async () => {
  over.abort();
  backend?.close();
  await server[Symbol.asyncDispose]();
});

it('registers what this server answers itself, once', async () => {
  expect(() => local.requireComplete()).toThrow(/^missing APIService: \[v1\. v1\.admission/);
  local.wake();
  await eventually(
    () => local.requireComplete,
    check => {
      try {
        check();
        return true;
      } catch {
        return false;
      }
    },
  );
  const { items } = await server.admin.list(APIService);
  const versions = new Set(live.map(({ group, version }) => `${version}.${group}`));
  versions.delete('v1.apiregistration.k8s.io');
  expect(items.map(({ metadata }) => metadata.name).sort()).toEqual([...versions].sort());
  const [apps] = items.filter(({ metadata }) => metadata.name === 'v1.apps');
  expect(apps).toMatchObject({
    metadata: { labels: { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' } },
    spec: { group: 'apps', version: 'v1', groupPriorityMinimum: 17800, versionPriority: 15 },
    status: { conditions: [{ type: 'Available', status: 'True', reason: 'Local' }] },
  });
});

it('orders discovery as APIServices say', async () => {
  const groups = async () => {
    const { body } = await server.call('/apis');
    return (body as { groups: { name: string }[] }).groups.map(({ name }) => name);
  };
  expect((await groups()).slice(0, 2)).toEqual(['apiregistration.k8s.io', 'apps']);
  const patch = { type: 'merge', body: { spec: { groupPriorityMinimum: 19_000 } } } as const;
  await server.admin.patch(APIService, { name: 'v1.batch' }, patch);
  await eventually(groups, ([, second]) => second === 'batch');
});

it('tells of a service that is not there, and passes nothing on', async () => {
  await register(1);
  expect(await untilReason('ServiceNotFound')).toMatchObject({
    status: 'False',
    message: 'service/api in "default" is not present',
  });
  const refused = await server.call(`${API}/flunders`);
  expect(refused).toMatchObject({ status: 503, text: 'service unavailable\n' });
  expect(refused.headers['content-type']).toBe('text/plain; charset=utf-8');
  const { body } = await server.call('/apis', {
    headers: { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' },
  });
  const { items } = body as { items: { metadata: { name: string }; versions: unknown }[] };
  expect(items.find(({ metadata }) => metadata.name === GROUP)?.versions).toEqual([
    { version: 'v1', resources: [], freshness: 'Stale' },
  ]);
});

it('tells of a server that does not answer, and of one that is not who it should be', async () => {
  await service('localhost');
  const refused = await untilReason('FailedDiscoveryCheck');
  expect(refused?.message).toMatch(
    /^failing or missing response from https:\/\/localhost:1\/apis\/wardle.example.com\/v1: Get ".*": dial tcp localhost:1: connect: connection refused$/,
  );
  const port = await startBackend();
  await server.admin.delete(APIService, { name: NAME });
  const other = await openClusterCa(world, silentLogger, join(server.folder, 'other'));
  await register(port, { caBundle: Buffer.from(other.caCertificate).toString('base64') });
  expect((await untilReason('FailedDiscoveryCheck'))?.message).toMatch(
    /tls: failed to verify certificate: x509: certificate signed by unknown authority$/,
  );
  await server.admin.delete(APIService, { name: NAME });
  await register(port);
  expect(await untilReason('Passed')).toMatchObject({ status: 'True', message: 'all checks passed' });
});

it('passes requests on in the name of who asks, and the answers back', async () => {
  const { status, body } = await server.call(`${API}/namespaces/default/flunders/a%20b/status?x=%20y`, {
    method: 'PUT',
    body: '{"a":1}',
    headers: {
      'x-remote-user': 'somebody',
      'x-own': '1',
      'impersonate-user': 'jane',
      'impersonate-group': 'system:masters',
      'impersonate-extra-a%2Fb': 'c',
    },
  });
  expect(status).toBe(418);
  expect(body).toMatchObject({
    method: 'PUT',
    url: `${API}/namespaces/default/flunders/a%20b/status?x=%20y`,
    body: '{"a":1}',
    client: 'front-proxy-client',
    headers: {
      'x-remote-user': 'jane',
      'x-remote-group': 'system:masters, system:authenticated',
      'x-remote-extra-a%2fb': 'c',
      'x-own': '1',
    },
  });
  const { headers } = body as { headers: object };
  expect(Object.keys(headers).filter(name => /^(authorization|impersonate)/.test(name))).toEqual([]);
  expect(await server.call(`${API}/refused`)).toMatchObject({
    status: 409,
    body: { reason: 'Conflict', message: 'no' },
  });
  expect(await server.call(`${API}/flunders`, { method: 'HEAD' })).toMatchObject({ status: 418, text: '' });
});

it('judges before it passes on, and follows no redirect', async () => {
  expect(await server.call(`${API}/flunders`, { token: 'token-nobody' })).toMatchObject({ status: 403 });
  expect(await server.call(`${API}/moved`)).toMatchObject({
    status: 502,
    text: 'the backend attempted to redirect this request, which is not permitted',
  });
});

it('joins connections that are upgraded', async () => {
  const socket = new WebSocket(`wss://127.0.0.1:${server.port}${API}/namespaces/default/flunders/a/exec`, {
    ca: server.ca,
    headers: { authorization: 'Bearer token-admin' },
  });
  const [message] = (await once(socket, 'message')) as [Buffer];
  expect(message.toString()).toBe('admin');
  socket.terminate();
});

it('tells in discovery and OpenAPI what the other server serves', async () => {
  const { body } = await server.call('/apis', {
    headers: { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' },
  });
  const { items } = body as { items: { metadata: { name: string }; versions: unknown }[] };
  expect(items.find(({ metadata }) => metadata.name === GROUP)?.versions).toMatchObject([
    {
      version: 'v1',
      freshness: 'Current',
      resources: [
        {
          resource: 'flunders',
          scope: 'Namespaced',
          responseKind: { group: GROUP, version: 'v1', kind: 'Flunder' },
          subresources: [{ subresource: 'status', verbs: ['get'] }],
        },
      ],
    },
  ]);
  expect((await server.call(API)).body).toMatchObject({ kind: 'APIResourceList', resources: RESOURCES });
  const index = (await server.call('/openapi/v3')).body as { paths: Record<string, { serverRelativeURL: string }> };
  expect((await server.call(index.paths[API.slice(1)]?.serverRelativeURL ?? '')).body).toMatchObject({
    title: 'theirs',
  });
  const swagger = (await server.call('/openapi/v2')).body as { paths: object; definitions: Record<string, unknown> };
  expect(Object.keys(swagger.paths).filter(path => path.includes('wardle') || path.includes('other'))).toEqual([
    `${API}/flunders`,
  ]);
  expect(swagger.definitions['Meta']).toEqual({
    type: 'object',
    properties: { of: { $ref: '#/definitions/Flunder' } },
  });
  expect([swagger.definitions['Unused'], swagger.definitions['Flunder']]).toEqual([undefined, {}]);
});

it('says so where the connection fails, and forgets what is registered no more', async () => {
  backend.close();
  backend.closeAllConnections();
  const { status, text } = await server.call(`${API}/flunders`);
  expect(status).toBe(503);
  expect(text).toMatch(/^error trying to reach service: dial tcp localhost:\d+: connect: connection refused\n$/);
  await server.admin.delete(APIService, { name: NAME });
  await eventually(
    () => server.call(`${API}/flunders`),
    gone => gone.status === 404,
  );
});
