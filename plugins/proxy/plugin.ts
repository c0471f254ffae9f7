import { native } from '../../native/index.ts';
import { cidrContains, parseCidr, parseIpv4 } from '../../src/base/ipv4.ts';
import type { Files } from '../../src/base/world.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { int32, object, string } from '../../src/schema/schema.ts';
import { caches } from '../../src/sdk/caches.ts';
import { Node } from '../kinds/core/v1/node.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { Service } from '../kinds/core/v1/service.ts';
import { EndpointSlice } from '../kinds/discovery/v1/endpoint-slice.ts';
import { podNetwork } from '../network/contract.ts';
import { Listeners, startPump } from './listeners.ts';
import { Proxier } from './proxier.ts';

export default definePlugin({
  name: 'proxy',
  description: 'Services: cluster IPs, node ports and host ports, relayed by native threads without iptables',
  config: object({
    nodeName: string().default('').doc("This node's name; the host's when empty."),
    serviceCidr: string().default('10.43.0.0/16'),
    threads: int32().min(1).max(64).default(2).doc('Threads that relay.'),
  }),
  needs: { caches, podNetwork },
  async start({ config, needs, world, log, ...context }) {
    const network = needs.podNetwork;
    const serviceCidr = parseCidr(config.serviceCidr);
    const descriptors = await openFilesLimit(world.files);
    const pump = startPump(native(), { netns: network.serviceNetnsFd, threads: config.threads, descriptors });
    context.defer(() => pump.stop());
    const listeners = new Listeners({
      pump,
      serviceNetns: network.serviceNetnsFd,
      timers: world.timers,
      log,
      onServiceAddress(address, used) {
        if (cidrContains(serviceCidr, parseIpv4(address) ?? 0)) return;
        const done = used ? network.claimServiceAddress(address) : network.unclaimServiceAddress(address);
        done.catch((error: unknown) => log.warn('cannot route an external IP', { address, error: String(error) }));
      },
    });
    context.defer(() => listeners.close());
    const name = config.nodeName === '' ? world.network.hostname().toLowerCase() : config.nodeName;
    const proxier = new Proxier({
      services: needs.caches.of(Service),
      slices: needs.caches.of(EndpointSlice),
      pods: needs.caches.of(Pod),
      nodes: needs.caches.of(Node),
      listeners,
      node: { name, addresses: ['127.0.0.1', network.nodeAddress] },
    });
    context.defer(() => proxier[Symbol.dispose]());
  },
});

/** Hard limit of descriptors, which Node raises its soft one to at start. */
async function openFilesLimit(files: Files): Promise<number> {
  const text = await files.readFile('/proc/self/limits', 'utf8');
  return Number(/^Max open files\s+\d+\s+(\d+)/m.exec(text)?.[1] ?? 1_024);
}
