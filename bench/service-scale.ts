import { native } from '../native/index.ts';
import { hostWorld } from '../src/kernel/host-world.ts';
import { silentLogger } from '../src/kernel/silent-logger.ts';
import { ObjectCache } from '../src/sdk/object-cache.ts';
import type { Node } from '../plugins/kinds/core/v1/node.ts';
import type { Pod } from '../plugins/kinds/core/v1/pod.ts';
import type { Service } from '../plugins/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../plugins/kinds/discovery/v1/endpoint-slice.ts';
import { TestNode } from '../plugins/network/testing/test-node.ts';
import { Listeners, startPump } from '../plugins/proxy/listeners.ts';
import { Proxier } from '../plugins/proxy/proxier.ts';
import { ProxyMetrics } from '../plugins/proxy/proxy-metrics.ts';
import { noPolicies } from '../plugins/proxy/testing/no-policies.ts';
import { endpoint, service, slice } from '../plugins/proxy/testing/wire-objects.ts';

/**
 * Services programmed into the real data plane, each with ten endpoints: all of them, then one change at a time.
 * A change that costs the same among 100 services as among many is O(change). The time is from the event's arrival
 * until the data plane has it.
 */
const ENDPOINTS = 10;
const CHANGES = 2_000;

const node = await TestNode.start();
const rows = [100, 1_000, 4_000].map(measure);
for (const { services, programmedMs, changeUs } of rows)
  console.log(
    `${services} services, ${services * ENDPOINTS} endpoints: programmed in ${programmedMs.toFixed(0)} ms; one change ${changeUs.toFixed(0)} us`,
  );
await node[Symbol.asyncDispose]();
process.exit(0);

function measure(count: number): { services: number; programmedMs: number; changeUs: number } {
  const fail = (error: unknown): never => {
    throw error;
  };
  const services = new ObjectCache<Service>(fail);
  const slices = new ObjectCache<EndpointSlice>(fail);
  const { serviceNetnsFd, nodeAddress } = node.network;
  const pump = startPump(native(), { netns: serviceNetnsFd, threads: 2, descriptors: 20_000 });
  const listeners = new Listeners({
    pump,
    serviceNetns: serviceNetnsFd,
    policies: noPolicies,
    timers: hostWorld().timers,
    log: silentLogger,
    onRefused: (_, __, error) => fail(error),
    onServiceAddress: () => undefined,
  });
  const proxier = new Proxier({
    services,
    slices,
    pods: new ObjectCache<Pod>(fail),
    nodes: new ObjectCache<Node>(fail),
    listeners,
    healthServers: { put: () => undefined },
    metrics: new ProxyMetrics(hostWorld().clock),
    node: { name: 'here', addresses: ['127.0.0.1', nodeAddress] },
  });
  const objects = Array.from({ length: count }, (_, i) => [serviceOf(i), sliceOf(i, 0)] as const);
  const beganMs = performance.now();
  for (const [one, of] of objects) {
    services.put(one);
    slices.put(of);
  }
  const programmedMs = performance.now() - beganMs;
  if (listeners.size !== count) throw new Error(`${listeners.size} listeners instead of ${count}`);
  const changes = Array.from({ length: CHANGES }, (_, i) => sliceOf((i * 7) % count, 1 + i));
  const changedMs = performance.now();
  for (const change of changes) slices.put(change);
  const changeUs = ((performance.now() - changedMs) / CHANGES) * 1_000;
  proxier[Symbol.dispose]();
  listeners.close();
  pump.stop();
  return { services: count, programmedMs, changeUs };
}

function serviceOf(i: number): Service {
  return service(
    { clusterIP: node.cidrs.service(i % 250), ports: [{ name: 'http', protocol: 'TCP', port: 1_000 + i }] },
    { name: `web-${i}` },
  );
}

/** `version` moves one of the endpoints. */
function sliceOf(i: number, version: number): EndpointSlice {
  const ends = Array.from({ length: ENDPOINTS }, (_, n) =>
    endpoint(node.cidrs.pod(3 + ((n === 0 ? version : n) % 250))),
  );
  return slice(ends, { service: `web-${i}` });
}
