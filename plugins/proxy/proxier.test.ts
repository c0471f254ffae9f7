import { describe, expect, it } from 'vitest';
import type { ServicePump } from '../../native/network.ts';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { silentLogger } from '../../src/kernel/silent-logger.ts';
import { ObjectCache } from '../../src/sdk/object-cache.ts';
import type { Node } from '../kinds/core/v1/node.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { Service } from '../kinds/core/v1/service.ts';
import type { EndpointSlice } from '../kinds/discovery/v1/endpoint-slice.ts';
import { Listeners } from './listeners.ts';
import { Proxier } from './proxier.ts';
import { ProxyMetrics } from './proxy-metrics.ts';
import { noPolicies } from './testing/no-policies.ts';
import { endpoint, service, slice } from './testing/wire-objects.ts';

const SERVICES = 1_000;
const ENDPOINTS = 10;

describe('a thousand services of ten endpoints each', () => {
  it('are listened at once each, and a change is one call, about its own listener', () => {
    const fail = (error: unknown): never => {
      throw error;
    };
    const services = new ObjectCache<Service>(fail);
    const slices = new ObjectCache<EndpointSlice>(fail);
    const calls: string[] = [];
    let ids = 0;
    const pump: ServicePump = {
      listen: ({ address }) => {
        calls.push(`listen ${address}`);
        return ++ids;
      },
      put: (id, { endpoints }) => void calls.push(`put ${id} ${endpoints.length / 2}`),
      close: id => void calls.push(`close ${id}`),
      endAllTo: fail,
      stats: () => fail('nobody asks'),
      stop: () => undefined,
    };
    const listeners = new Listeners({
      pump,
      serviceNetns: 7,
      policies: noPolicies,
      timers: hostWorld().timers,
      log: silentLogger,
      onRefused: (_, __, error) => fail(error),
      onServiceAddress: () => undefined,
    });
    const [pods, nodes] = [new ObjectCache<Pod>(fail), new ObjectCache<Node>(fail)];
    const node = { name: 'here', addresses: ['127.0.0.1'] };
    const metrics = new ProxyMetrics(hostWorld().clock);
    const healthServers = { put: () => undefined };
    using _ = new Proxier({ services, slices, pods, nodes, listeners, healthServers, metrics, node });
    const ends = (of: number, count: number) =>
      slice(
        Array.from({ length: count }, (__, n) => endpoint(`10.42.${n}.${of % 250}`)),
        { service: `web-${of}` },
      );
    for (let i = 0; i < SERVICES; i++) {
      services.put(service({ clusterIP: `10.43.${i >> 8}.${i & 255}` }, { name: `web-${i}` }));
      slices.put(ends(i, ENDPOINTS));
    }
    expect(calls).toHaveLength(SERVICES);
    expect(new Set(calls).size).toBe(SERVICES);
    calls.length = 0;
    slices.put(ends(500, ENDPOINTS + 1));
    slices.put(ends(500, ENDPOINTS + 1));
    slices.put(ends(501, 0));
    services.put(service({ clusterIP: '10.43.1.246' }, { name: 'web-502', labels: { changed: 'in passing' } }));
    expect(calls).toEqual([`put 501 ${ENDPOINTS + 1}`, 'close 502']);
  });
});
