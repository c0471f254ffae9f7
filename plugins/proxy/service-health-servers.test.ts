import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, it, vi } from 'vitest';
import { manualWorld } from '../../src/sdk/testing/manual-world.ts';
import type { Node } from '../kinds/core/v1/node.ts';
import { limits } from './limits.ts';
import { proxyHealth } from './proxy-health.ts';
import { ProxyMetrics } from './proxy-metrics.ts';
import { ServiceHealthServers } from './service-health-servers.ts';
import { SmallHttpServer } from './small-http-server.ts';

const world = manualWorld();
const WEB = { namespace: 'default', name: 'web' };
const open: Disposable[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each[Symbol.dispose]();
});

/** Holds a port until it is closed. */
async function holder(): Promise<{ readonly port: number; readonly server: Server }> {
  const server = createServer().listen(0, '0.0.0.0');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, server };
}
async function freePort(): Promise<number> {
  const { port, server } = await holder();
  server.close();
  await once(server, 'close');
  return port;
}
const ask = async (port: number, path = '/'): Promise<{ code: number; headers: object; body: string }> => {
  const [answer] = (await once(get({ host: '127.0.0.1', port, path, agent: false }), 'response')) as [IncomingMessage];
  return { code: answer.statusCode ?? 0, headers: answer.headers, body: await text(answer) };
};
function servers() {
  const refused: unknown[] = [];
  const all = new ServiceHealthServers({
    timers: world.timers,
    onRefused: ({ name }, port, error) => void refused.push([name, port, 'code' in error && error.code]),
  });
  open.push(all);
  return { all, refused };
}

it('a balancer hears how many endpoints there are, as from kube-proxy', async () => {
  const { all } = servers();
  const port = await freePort();
  all.put(WEB, { port, localEndpoints: 2 });
  expect(await vi.waitFor(() => ask(port))).toMatchObject({
    code: 200,
    headers: {
      'content-type': 'application/json',
      'x-content-type-options': 'nosniff',
      'x-load-balancing-endpoint-weight': '2',
    },
    body: '{\n\t"service": {\n\t\t"namespace": "default",\n\t\t"name": "web"\n\t},\n\t"localEndpoints": 2,\n\t"serviceProxyHealthy": true\n}',
  });
  all.put(WEB, { port, localEndpoints: 0 });
  expect(await ask(port, '/whatever')).toMatchObject({
    code: 503,
    headers: { 'x-load-balancing-endpoint-weight': '0' },
    body: expect.stringContaining('"localEndpoints": 0'),
  });
  const other = await freePort();
  all.put(WEB, { port: other, localEndpoints: 1 });
  expect(await vi.waitFor(() => ask(other))).toMatchObject({ code: 200 });
  await expect(ask(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  all.put(WEB, undefined);
  await expect(ask(other)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

it('a port that is taken is told of once, and used when it is free', async () => {
  const { all, refused } = servers();
  const { port, server } = await holder();
  all.put(WEB, { port, localEndpoints: 1 });
  await vi.waitFor(() => expect(refused).toEqual([['web', port, 'EADDRINUSE']]));
  await world.advance(limits.firstRetryMs);
  server.close();
  await vi.waitFor(async () => {
    await world.advance(limits.lastRetryMs);
    expect(await ask(port)).toMatchObject({ code: 200 });
  });
  expect(refused).toHaveLength(1);
});

it('the proxy tells whether it is well, and whether its node is to get traffic', async () => {
  const port = await freePort();
  let node: object | undefined = { metadata: {}, spec: {} };
  const metrics = new ProxyMetrics(world.clock);
  const health = proxyHealth(world.clock, metrics, () => node as Node | undefined);
  open.push(new SmallHttpServer(world.timers, { port }, health, error => expect(error).toBeUndefined()));
  const well = await vi.waitFor(() => ask(port, '/healthz'));
  expect(well).toMatchObject({ code: 200, headers: { 'content-type': 'application/json' } });
  expect(JSON.parse(well.body)).toEqual({
    lastUpdated: expect.stringMatching(/^\d{4}-.*Z$/),
    currentTime: expect.stringMatching(/^\d{4}-.*Z$/),
    nodeEligible: true,
    healthy: true,
    status: { IPv4: { lastUpdated: expect.any(String), healthy: true } },
  });
  const going = [
    undefined,
    { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' }, spec: {} },
    { metadata: {}, spec: { taints: [{ key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule' }] } },
  ];
  for (node of going) {
    const told = await ask(port, '/healthz?verbose');
    expect([told.code, JSON.parse(told.body)]).toMatchObject([503, { nodeEligible: false, healthy: true }]);
    const live = await ask(port, '/livez');
    expect([live.code, JSON.parse(live.body)]).toEqual([200, expect.not.objectContaining({ nodeEligible: false })]);
  }
  expect(await ask(port, '/metrics')).toMatchObject({ code: 404, body: '404 page not found\n' });
});
