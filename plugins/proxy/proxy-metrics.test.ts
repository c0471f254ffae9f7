import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, it, vi } from 'vitest';
import { manualWorld } from '../../src/sdk/testing/manual-world.ts';
import { proxyHealth } from './proxy-health.ts';
import { proxyStatus } from './proxy-status.ts';
import { SmallHttpServer } from './small-http-server.ts';
import { TestProxier, idlePump } from './testing/test-proxier.ts';
import { endpoint, service, slice } from './testing/wire-objects.ts';

/** A proxier that relays nothing, and its pages of port 10249. */
function proxy() {
  const world = manualWorld();
  const tested = new TestProxier(idlePump({}), world, { serviceNetns: 7, addresses: ['127.0.0.1'] });
  const { services, slices, metrics } = tested;
  const pages = proxyStatus(() => metrics.collect(tested.proxier.localGaps()));
  /** Lines of /metrics that begin with `prefix`, without it. */
  const lines = (prefix: string): readonly string[] =>
    (pages('/metrics')?.body ?? '')
      .split('\n')
      .filter(line => line.startsWith(prefix))
      .map(line => line.slice(prefix.length));
  return { world, metrics, services, slices, pages, lines };
}

it('changes and syncs are counted under the names of kube-proxy', async () => {
  const { world, services, slices, lines } = proxy();
  expect(lines('kubeproxy_sync_proxy_rules_last_')).toEqual([]);
  services.put(service());
  slices.put(slice([endpoint('10.42.0.5')]));
  slices.drop(slice([endpoint('10.42.0.5')]));
  slices.put(slice([], { name: 'of-ipv6', addressType: 'IPv6' }));
  expect(lines('kubeproxy_sync_proxy_rules_service_changes_')).toEqual(['total 1', 'pending 0']);
  expect(lines('kubeproxy_sync_proxy_rules_endpoint_changes_')).toEqual(['total 2', 'pending 0']);
  expect(lines('kubeproxy_sync_proxy_rules_duration_seconds_')).toEqual([
    ...Array.from({ length: 15 }, (_, i) => `bucket{ip_family="IPv4",le="${0.001 * 2 ** i}"} 4`),
    'bucket{ip_family="IPv4",le="+Inf"} 4',
    'sum{ip_family="IPv4"} 0',
    'count{ip_family="IPv4"} 4',
  ]);
  await world.advance(60_000);
  services.drop(service());
  const now = world.clock.now() / 1000;
  expect(lines('kubeproxy_sync_proxy_rules_last_')).toEqual([
    `timestamp_seconds{ip_family="IPv4"} ${now}`,
    `queued_timestamp_seconds{ip_family="IPv4"} ${now}`,
  ]);
});

it('endpoints that say when they changed tell how long it took until they were in force', async () => {
  const { world, slices, lines } = proxy();
  const changed = (ms: number) => {
    const made = slice([endpoint('10.42.0.5')]);
    const annotations = { 'endpoints.kubernetes.io/last-change-trigger-time': new Date(ms).toISOString() };
    return { ...made, metadata: { ...made.metadata, annotations } };
  };
  const before = world.clock.now();
  slices.put(changed(before - 1000));
  expect(lines('kubeproxy_network_programming_duration_seconds')).toEqual([]);
  await world.advance(2000);
  slices.put(changed(before + 300));
  const told = lines('kubeproxy_network_programming_duration_seconds_');
  expect(told.slice(0, 5)).toEqual([
    'bucket{ip_family="IPv4",le="0"} 0',
    'bucket{ip_family="IPv4",le="0.25"} 0',
    'bucket{ip_family="IPv4",le="0.5"} 0',
    'bucket{ip_family="IPv4",le="1"} 0',
    'bucket{ip_family="IPv4",le="2"} 1',
  ]);
  expect(told.slice(-4)).toEqual([
    'bucket{ip_family="IPv4",le="300"} 1',
    'bucket{ip_family="IPv4",le="+Inf"} 1',
    'sum{ip_family="IPv4"} 1.7',
    'count{ip_family="IPv4"} 1',
  ]);
});

it('ports that want endpoints of this node are counted while all are elsewhere', () => {
  const { services, slices, lines } = proxy();
  const gaps = () => lines('kubeproxy_sync_proxy_rules_no_local_endpoints_total').map(line => line.slice(-1));
  const ports = ['http', 'more'].map((name, i) => ({ name, protocol: 'TCP' as const, port: 80 + i, targetPort: 8080 }));
  services.put(service({ ports, internalTrafficPolicy: 'Local', externalTrafficPolicy: 'Local' }));
  services.put(service({ ports, internalTrafficPolicy: 'Cluster', externalTrafficPolicy: 'Local' }, { name: 'api' }));
  expect(gaps()).toEqual(['0', '0']);
  slices.put(slice([endpoint('10.42.1.5', { nodeName: 'there' })]));
  slices.put(slice([endpoint('10.42.1.6', { nodeName: 'there' })], { service: 'api' }));
  expect(gaps()).toEqual(['1', '2']);
  slices.put(slice([endpoint('10.42.0.5', { nodeName: 'here' }), endpoint('10.42.1.5', { nodeName: 'there' })]));
  expect(gaps()).toEqual(['0', '1']);
  services.put(service({ ports, internalTrafficPolicy: 'Local', clusterIP: 'None' }, { name: 'api' }));
  expect(gaps()).toEqual(['0', '0']);
});

it('answers of the pages about health are counted by their code', () => {
  const { world, metrics, lines } = proxy();
  const health = proxyHealth(world.clock, metrics, () => undefined);
  for (const page of ['/healthz', '/healthz', '/livez', '/other']) health(page);
  expect(lines('kubeproxy_proxy_')).toEqual(['healthz_total{code="503"} 2', 'livez_total{code="200"} 1']);
});

it('the mode is told, to this machine alone', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  await new Promise(done => holder.close(done));
  const { world, pages } = proxy();
  using _ = new SmallHttpServer(world.timers, { host: '127.0.0.1', port }, pages, error =>
    expect(error).toBeUndefined(),
  );
  const ask = async (path: string) => {
    const answer = await vi.waitFor(() => fetch(`http://127.0.0.1:${port}${path}`));
    return [answer.status, answer.headers.get('content-type'), await answer.text()];
  };
  expect(await ask('/proxyMode')).toEqual([200, 'text/plain; charset=utf-8', 'userspace']);
  expect(await ask('/healthz')).toEqual([200, 'text/plain; charset=utf-8', 'ok']);
  const [code, type] = await ask('/metrics');
  expect([code, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  expect((await ask('/')).at(0)).toBe(404);
  await expect(fetch(`http://127.0.0.2:${port}/proxyMode`)).rejects.toThrow('fetch failed');
});
