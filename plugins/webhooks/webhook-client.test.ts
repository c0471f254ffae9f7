import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hostWorld } from '../../src/kernel/host-world.ts';
import type { Service } from '../kinds/core/v1/service.ts';
import type { EndpointSlice } from '../kinds/discovery/v1/endpoint-slice.ts';
import { serviceEndpoint } from './service-endpoint.ts';
import { allowed, webhookServer, type WebhookServer } from './testing/webhook-server.ts';
import { WebhookClient } from './webhook-client.ts';
import { webhookPlace } from './webhook-place.ts';

let server: WebhookServer;
beforeAll(async () => {
  server = await webhookServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const QUESTION = { request: { uid: 'u' } };
const target = (name: string) => ({
  service: { namespace: 'default', name, path: '/s', port: 443 },
  caBundle: server.caBundle,
});

it('a service is asked where its endpoints are, and known by its name', async () => {
  await using client = new WebhookClient(hostWorld(), async () => ({ host: '127.0.0.1', port: server.port }));
  expect(await client.ask(target('hook'), QUESTION, 10_000)).toMatchObject({
    ok: true,
    body: { response: { uid: 'u', allowed: true } },
  });
  expect(server.asked.at(-1)?.path).toBe('/s');
  expect(await client.ask(target('other'), QUESTION, 10_000)).toEqual({
    ok: false,
    code: 'Unreachable',
    message:
      'Post "https://other.default.svc:443/s?timeout=10s": tls: failed to verify certificate: x509: certificate is valid for hook.default.svc, not other.default.svc',
  });
});

it('keeps its connection for the next question, and asks on another where that one ended meanwhile', async () => {
  await using client = new WebhookClient(hostWorld(), async () => ({ host: '127.0.0.1', port: server.port }));
  let connections = 0;
  server.https.on('secureConnection', () => (connections += 1));
  for (let times = 0; times < 3; times++) {
    await client.ask(target('hook'), QUESTION, 10_000);
    await setImmediate();
  }
  expect(connections).toBe(1);
  server.replies.set('/s', () => {
    server.replies.clear();
    server.https.closeAllConnections();
    return allowed();
  });
  expect(await client.ask(target('hook'), QUESTION, 10_000)).toMatchObject({ ok: true });
  expect(connections).toBe(2);
});

const slice = (port: number, name: string, ...endpoints: readonly object[]) =>
  ({ ports: [{ name, port }], endpoints }) as unknown as EndpointSlice;
const service = (spec: object) =>
  ({ spec: { type: 'ClusterIP', ports: [{ name: 'p', port: 443 }], ...spec } }) as unknown as Service;
const ready = { addresses: ['10.0.0.1'], conditions: { ready: true } };
const unready = { addresses: ['10.0.0.2'], conditions: { ready: false } };
const untold = { addresses: ['10.0.0.3'], conditions: {} };

it.each<[string, Service | undefined, readonly EndpointSlice[], unknown]>([
  ['nothing', undefined, [], { problem: 'service "s" not found' }],
  ['a name', service({ type: 'ExternalName' }), [], { problem: 'unsupported service type "ExternalName"' }],
  ['another port', service({ ports: [{ port: 80 }] }), [], { problem: 'no service port 443 found for service "s"' }],
  ['nobody', service({}), [], { problem: 'no endpoints available for service "s"' }],
  ['nobody ready', service({}), [slice(1, 'p', unready)], { problem: 'no endpoints available for service "s"' }],
  ['others', service({}), [slice(1, 'q', ready)], { problem: 'no endpoints available for service "s"' }],
  ['one of two', service({}), [slice(1, 'p', unready, ready), slice(2, 'p', untold)], { host: '10.0.0.3', port: 2 }],
])('behind a service is %s', (_what, known, slices, expected) => {
  expect(serviceEndpoint('s', 443, known, slices, { fraction: () => 0.9 })).toEqual(expected);
});

it.each([
  ['https://a.b', 'https://a.b', '/', 'a.b', 443],
  ['https://a.b:8443/x//y/', 'https://a.b:8443', '/x/y', 'a.b', 8443],
  ['https://[::1]:1/x', 'https://[::1]:1', '/x', '::1', 1],
])('%s is asked at %s%s', (url, origin, path, serverName, port) => {
  expect(webhookPlace({ url })).toEqual({ origin, path, serverName, port, service: undefined });
});

it('what is no address is told', () => {
  expect(webhookPlace({ url: 'https://a.b:x' })).toEqual({
    problem: 'Unparsable URL: parse "https://a.b:x": invalid port ":x" after host',
  });
});
