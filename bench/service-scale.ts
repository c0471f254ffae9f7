import { native } from '../native/index.ts';
import { hostWorld } from '../src/kernel/host-world.ts';
import type { Service } from '../plugins/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../plugins/kinds/discovery/v1/endpoint-slice.ts';
import { TestNode } from '../plugins/network/testing/test-node.ts';
import { startPump } from '../plugins/proxy/listeners.ts';
import { TestProxier } from '../plugins/proxy/testing/test-proxier.ts';
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
  const {
    serviceNetnsFd,
    nodeAddresses: [nodeAddress],
  } = node.network;
  const pump = startPump(native(), { netns: serviceNetnsFd, threads: 2, descriptors: 20_000 });
  const proxier = new TestProxier(pump, hostWorld(), {
    serviceNetns: serviceNetnsFd,
    addresses: ['127.0.0.1', nodeAddress],
  });
  const { services, slices, listeners } = proxier;
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
