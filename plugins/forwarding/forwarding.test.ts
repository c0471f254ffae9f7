import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { createServer, get, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import { deflateRawSync, gunzipSync, gzipSync, inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { silentLogger } from '../../src/kernel/silent-logger.ts';
import { kubectlBinaries } from '../../test/node/kubectl-binaries.ts';
import { Kubectl } from '../../test/node/kubectl.ts';
import { testServer, type TestServer } from '../apiserver/testing/test-server.ts';
import type { ConnectHandler } from '../apiserver/contract.ts';
import { Endpoints } from '../kinds/core/v1/endpoints.ts';
import { Node } from '../kinds/core/v1/node.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { Service } from '../kinds/core/v1/service.ts';
import { clientCredentials } from './client-credentials.ts';
import { kubeletOf } from './kubelet-of.ts';
import { podStreams } from './pod-streams.ts';
import { proxyHandlers } from './proxy-handlers.ts';
import { podTarget, serviceTarget } from './proxy-target.ts';
import { RemoteAgent } from './remote-agent.ts';

const world = hostWorld();
const NAMESPACE = 'default';
const over = new AbortController();

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly client: string;
}

let server: TestServer;
let backend: Server;
let port: number;
let seen: Seen | undefined;

/** A kubelet of nothing but answers that are easily told apart. */
async function startBackend(): Promise<void> {
  const { certificate, privateKey } = await server.clusterCa.issueServer('kubelet', [], ['127.0.0.1']);
  backend = createServer({
    cert: certificate,
    key: privateKey,
    ca: server.ca,
    requestCert: true,
    rejectUnauthorized: false,
  });
  backend.on('request', (request, response) => {
    void request.toArray().then((chunks: readonly Buffer[]) => {
      const { method = '', url = '', headers } = request;
      const { subject } = (request.socket as TLSSocket).getPeerCertificate();
      seen = { method, url, headers, body: Buffer.concat(chunks).toString(), client: String(subject?.CN) };
      if (url.startsWith('/redirect')) response.writeHead(302, { location: new URL(url, 'http://x').search.slice(1) });
      else if (url.startsWith('/page')) {
        response.setHeader('content-type', 'text/html; charset=utf-8');
        const encoding = url.split('/')[2] ?? '';
        if (encoding !== '') response.setHeader('content-encoding', encoding);
        response.end(encoding === 'gzip' ? gzipSync(PAGE) : encoding === 'deflate' ? deflateRawSync(PAGE) : PAGE);
        return;
      } else if (url === '/containerLogs/default/far/c?follow=true') response.writeHead(200);
      else if (url.startsWith('/containerLogs')) response.writeHead(400);
      else response.writeHead(418, { 'x-answer': 'yes', 'set-cookie': ['a=b', 'c=d'] });
      response.end(`${method} ${url}`);
    });
  });
  const sockets = new WebSocketServer({ noServer: true });
  backend.on('upgrade', (request: IncomingMessage, socket, head) => {
    seen = { method: '', url: request.url ?? '', headers: request.headers, body: '', client: '' };
    if (request.url?.includes('refuse')) {
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno');
      return;
    }
    sockets.handleUpgrade(request, socket, head, socket_ => {
      socket_.on('message', (data: Buffer) => socket_.send(data));
    });
  });
  backend.listen(0, '0.0.0.0');
  await once(backend, 'listening');
  ({ port } = backend.address() as AddressInfo);
}

const node = (name: string, address: string, kubeletPort: number) =>
  server.admin.create(Node, {
    metadata: { name },
    status: {
      addresses: [{ type: 'InternalIP', address }],
      daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } },
    },
  });
const pod = (name: string, nodeName: string, more: object = {}) =>
  server.admin.create(Pod, {
    metadata: { name, namespace: NAMESPACE },
    spec: { nodeName, containers: [{ name: 'c', image: 'i', ...more }] },
  });

beforeAll(async () => {
  const connects: ConnectHandler[] = [];
  server = await testServer({}, { connects });
  await startBackend();
  const client = server.admin;
  const credentials = clientCredentials(server.clusterCa, 'kube-apiserver-kubelet-client', silentLogger, over.signal);
  const kubelet = async (name: string) => kubeletOf(client, name, { ca: server.ca, ...(await credentials()) });
  connects.push(
    ...podStreams(async reference => new RemoteAgent(await client.get(Pod, reference), world.timers, kubelet)),
    ...proxyHandlers({ client, world, kubelet }),
  );
  await node('near', '127.0.0.1', port);
  await node('stranger', '127.0.0.2', port);
  await node('down', '127.0.0.1', 1);
  await client.create(Node, { metadata: { name: 'nowhere' } });
  await pod('far', 'near');
  await pod('lost', 'down');
  await pod('odd', 'stranger');
  await pod('gone', 'nobody');
});
afterAll(async () => {
  over.abort();
  backend.close();
  await server[Symbol.asyncDispose]();
});

const NEAR = '/api/v1/nodes/near/proxy';
const PAGE = '<p>/there</p><a href="/there">there</a>';

/** Bytes as they come, in whatever encoding they are. */
async function rawCall(path: string): Promise<{ body: Buffer; headers: IncomingMessage['headers'] }> {
  const headers = { authorization: 'Bearer token-admin' };
  const request = get(`${server.url}${path}`, { ca: server.ca, headers, agent: false });
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  return { body: await buffer(answer), headers: answer.headers };
}

describe('a proxied request', () => {
  it('comes to its backend as it was sent, without what it was let in by, and its answer back', async () => {
    const headers = { 'x-own': '1', 'impersonate-user': 'admin', 'impersonate-group': 'system:masters' };
    const answer = await server.call(`${NEAR}/a%2Fb//c/?q=%20&q`, { method: 'PUT', body: 'text', headers });
    expect(answer).toMatchObject({ status: 418, text: 'PUT /a%2Fb//c/?q=%20&q' });
    expect(answer.headers).toMatchObject({ 'x-answer': 'yes', 'set-cookie': ['a=b', 'c=d'] });
    expect(seen).toMatchObject({ method: 'PUT', body: 'text', client: 'kube-apiserver-kubelet-client' });
    expect(seen?.headers).toMatchObject({
      'x-own': '1',
      host: `127.0.0.1:${port}`,
      'x-forwarded-uri': `${NEAR}/a%2Fb//c/`,
      'x-forwarded-host': `127.0.0.1:${server.port}`,
      'x-forwarded-proto': 'https',
    });
    expect(Object.keys(seen?.headers ?? {})).not.toContain('authorization');
    expect(Object.keys(seen?.headers ?? {}).filter(name => name.startsWith('impersonate'))).toEqual([]);
  });

  it('without a path is sent to the one with a slash', async () => {
    const answer = await server.call(`${NEAR}?a=b`);
    expect(answer).toMatchObject({ status: 301, headers: { location: `${NEAR}/?a=b` } });
    const posted = await server.call(`${NEAR}?a=b`, { method: 'POST' });
    expect(posted).toMatchObject({ status: 418, text: 'POST /?a=b' });
  });

  it.each(['', 'gzip', 'deflate'])('for a page gets one whose links lead back through it: %j', async encoding => {
    const { body, headers } = await rawCall(`${NEAR}/page/${encoding}`);
    const text = encoding === 'gzip' ? gunzipSync(body) : encoding === 'deflate' ? inflateRawSync(body) : body;
    expect(text.toString()).toBe(PAGE.replace('"/there"', `"${NEAR}/there"`));
    expect(headers['content-encoding'] ?? '').toBe(encoding);
  });
  it('leaves a page of an encoding that it does not know', async () => {
    expect((await rawCall(`${NEAR}/page/br`)).body.toString()).toBe(PAGE);
  });

  it.each([
    ['/x/', `${NEAR}/x/`],
    ['http://127.0.0.1:PORT/x', `https://127.0.0.1:API${NEAR}/x`],
    [`${NEAR}/x`, `${NEAR}/x`],
    ['https://example.com/x', 'https://example.com/x'],
    ['x', 'x'],
  ])('that is redirected to %s is to %s', async (location, expected) => {
    const answer = await server.call(`${NEAR}/redirect?${location.replace('PORT', String(port))}`);
    expect(answer).toMatchObject({
      status: 302,
      headers: { location: expected.replace('API', String(server.port)) },
    });
  });

  it('upgrades, both ways, and tells what a backend says that does not', async () => {
    const open = (path: string): WebSocket =>
      new WebSocket(
        `wss://127.0.0.1:${server.port}${NEAR}${path}`,
        ['base64url.bearer.authorization.k8s.io.dG9rZW4tYWRtaW4', 'p'],
        {
          ca: server.ca,
        },
      );
    const socket = open('/echo');
    await once(socket, 'open');
    expect([socket.protocol, seen?.headers['sec-websocket-protocol']]).toEqual(['p', 'p']);
    socket.send(Buffer.alloc(200_000, 'x'));
    const [data] = (await once(socket, 'message')) as [Buffer];
    expect(data.length).toBe(200_000);
    socket.close();
    await once(socket, 'close');
    const refused = open('/refuse');
    const [error] = (await once(refused, 'error')) as [Error];
    expect(error.message).toBe('Unexpected server response: 403');
  });

  it.each([
    ['nodes/down/proxy/', 503, 'error trying to reach service: dial tcp 127.0.0.1:1: connect: connection refused'],
    [
      'nodes/stranger/proxy/',
      503,
      'error trying to reach service: tls: failed to verify certificate: x509: certificate is valid for 127.0.0.1, not 127.0.0.2',
    ],
    ['nodes/http:near:80/proxy/', 400, 'address not allowed'],
    ['nodes/ftp:near:80/proxy/', 400, 'invalid node request "ftp:near:80"'],
    ['nodes/nowhere/proxy/', 500, 'no preferred addresses found; known addresses: []'],
    ['nodes/none/proxy/', 404, 'nodes "none" not found'],
  ])('to %s is refused with %s', async (path, code, message) => {
    expect(await server.call(`/api/v1/${path}`)).toMatchObject({ status: code, body: { message } });
  });
});

describe('whom a proxied request means', () => {
  beforeAll(async () => {
    const { admin } = server;
    const ports = [
      { name: 'web', port: 80 },
      { name: 'tls', port: 443 },
    ];
    await admin.create(Service, { metadata: { name: 's', namespace: NAMESPACE }, spec: { ports } });
    await admin.create(Endpoints, {
      metadata: { name: 's', namespace: NAMESPACE },
      subsets: [
        {
          addresses: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }],
          ports: [
            { name: 'web', port: 8080 },
            { name: 'tls', port: 8443 },
          ],
        },
      ],
    });
    await admin.create(Service, { metadata: { name: 'empty', namespace: NAMESPACE }, spec: { ports: [{ port: 80 }] } });
    await admin.create(Endpoints, { metadata: { name: 'empty', namespace: NAMESPACE } });
    for (const [name, podIP] of [
      ['p', '10.0.0.3'],
      ['own', '127.0.0.1'],
    ] as const) {
      await pod(name, 'near', { ports: [{ containerPort: 81 }] });
      const body = { status: { podIP, podIPs: [{ ip: podIP }] } };
      await admin.patch(Pod, { name, namespace: NAMESPACE }, { type: 'merge', body }, { subresource: 'status' });
    }
  });

  it.each([
    ['s:web', 0, { scheme: 'http', host: '10.0.0.1', port: 8080 }],
    ['s:80', 0.9, { scheme: 'http', host: '10.0.0.2', port: 8080 }],
    ['https:s:tls', 0, { scheme: 'https', host: '10.0.0.1', port: 8443, tls: {} }],
  ])('a service as %s', async (id, fraction, expected) => {
    expect(await serviceTarget(server.admin, { fraction: () => fraction }, NAMESPACE, id)).toEqual(expected);
  });

  it.each([
    ['p', { scheme: 'http', host: '10.0.0.3', port: 81 }],
    ['p:82', { scheme: 'http', host: '10.0.0.3', port: 82 }],
    ['https:p:', { scheme: 'https', host: '10.0.0.3', port: 81, tls: {} }],
  ])('a pod as %s', async (id, expected) => {
    expect(await podTarget(server.admin, NAMESPACE, id)).toEqual(expected);
  });

  it.each([
    ['services/s/proxy/', 503, 'no endpoints available for service "s"'],
    ['services/s:81/proxy/', 503, 'no service port 81 found for service "s"'],
    ['services/empty/proxy/', 503, 'no endpoints available for service "empty"'],
    ['services/a:b:c:d/proxy/', 400, 'invalid service request "a:b:c:d"'],
    ['services/none/proxy/', 404, 'endpoints "none" not found'],
    ['pods/own/proxy/', 400, 'address not allowed'],
    ['pods/p:99999/proxy/', 400, 'address: invalid port "99999"'],
  ])('but not %s', async (path, code, message) => {
    expect(await server.call(`/api/v1/namespaces/${NAMESPACE}/${path}`)).toMatchObject({
      status: code,
      body: { message },
    });
  });
});

describe('a pod of another node', () => {
  const log = (name: string, query = '') => server.call(`/api/v1/namespaces/${NAMESPACE}/pods/${name}/log${query}`);

  it('has its log asked of that node', async () => {
    expect(await log('far', '?follow=true&previous=false')).toMatchObject({
      status: 200,
      text: 'GET /containerLogs/default/far/c?follow=true',
    });
    expect(await log('far', '?container=x')).toMatchObject({ status: 400 });
    expect(await log('far', '?tailLines=2')).toMatchObject({
      status: 400,
      body: { reason: 'BadRequest', message: 'GET /containerLogs/default/far/c?tailLines=2' },
    });
  });

  const binary = kubectlBinaries().get('PATH');
  it.skipIf(binary === undefined)('that is not reached is said to be so, as kubectl prints it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tiphys-kubectl-'));
    await writeFile(join(folder, 'config'), server.kubeconfig);
    const kubectl = new Kubectl(binary ?? '', join(folder, 'config'));
    const said = async (...args: readonly string[]): Promise<string> => (await kubectl.answer(args)).stderr;
    expect(await said('logs', 'lost')).toBe(
      'Error from server: Get "https://127.0.0.1:1/containerLogs/default/lost/c": dial tcp 127.0.0.1:1: connect: connection refused\n',
    );
    expect(await said('logs', 'odd')).toContain(
      `Error from server: Get "https://127.0.0.2:${port}/containerLogs/default/odd/c": tls: failed to verify certificate: x509: `,
    );
    expect(await said('logs', 'gone')).toBe('Error from server (NotFound): nodes "nobody" not found\n');
    expect(await said('exec', 'lost', '--', 'true')).toContain(
      'error dialing backend: dial tcp 127.0.0.1:1: connect: connection refused',
    );
    expect(await kubectl.run('get', '--raw', `${NEAR}/redirect?/x`).catch(String)).toContain('/x');
    await rm(folder, { recursive: true });
  });
});
