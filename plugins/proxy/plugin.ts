import { native } from '../../native/index.ts';
import { clients } from '../../src/api/client.ts';
import type { AnyObject } from '../../src/api/object-meta.ts';
import { failedWith } from '../../src/base/failed-with.ts';
import { parseIp } from '../../src/base/ip-problems.ts';
import { isWithin, parseIpRange } from '../../src/base/ip-range.ts';
import type { Files } from '../../src/base/world.ts';
import { ownNodeName } from '../../src/base/own-node-name.ts';
import { processMetrics } from '../../src/base/process-metrics.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { int32, object, string } from '../../src/schema/schema.ts';
import { caches, type Caches } from '../../src/sdk/caches.ts';
import { eventRecorders } from '../../src/sdk/events.ts';
import { Node } from '../kinds/core/v1/node.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { Service } from '../kinds/core/v1/service.ts';
import { EndpointSlice } from '../kinds/discovery/v1/endpoint-slice.ts';
import { podNetwork, trafficPolicies } from '../network/contract.ts';
import type { WantedListener } from './listener.ts';
import { Listeners, startPump } from './listeners.ts';
import { Proxier } from './proxier.ts';
import { proxyHealth } from './proxy-health.ts';
import { ProxyMetrics } from './proxy-metrics.ts';
import { proxyStatus } from './proxy-status.ts';
import { ServiceHealthServers } from './service-health-servers.ts';
import { SmallHttpServer, type SmallAddress, type SmallHandler } from './small-http-server.ts';

const USER = { name: 'system:kube-proxy', groups: ['system:authenticated'] };

export default definePlugin({
  name: 'proxy',
  description: 'Services: cluster IPs, node ports and host ports, relayed by native threads without iptables',
  config: object({
    nodeName: string().default('').doc("This node's name; the host's when empty."),
    serviceCidr: string().default('10.43.0.0/16'),
    healthzPort: int32().min(0).max(65_535).default(10_256).doc('Tells how the proxy is; none when 0.'),
    metricsPort: int32().min(0).max(65_535).default(10_249).doc('Of 127.0.0.1: metrics and mode; none when 0.'),
    threads: int32().min(1).max(64).default(2).doc('Threads that relay.'),
  }),
  needs: { caches, podNetwork, trafficPolicies, clients, eventRecorders },
  async start({ config, needs, world, log, ...context }) {
    const network = needs.podNetwork;
    const serviceCidrs = config.serviceCidr.split(',').flatMap(text => parseIpRange(text) ?? []);
    const descriptors = await openFilesLimit(world.files);
    const pump = startPump(native(), { netns: network.serviceNetnsFd, threads: config.threads, descriptors });
    context.defer(() => pump.stop());
    const name = ownNodeName(config.nodeName, world.network);
    const client = needs.clients.as(USER, { fieldManager: 'kube-proxy' });
    const recorder = needs.eventRecorders.recorder(client, { component: 'kube-proxy', host: name });
    const listeners = new Listeners({
      pump,
      serviceNetns: network.serviceNetnsFd,
      timers: world.timers,
      log,
      policies: needs.trafficPolicies,
      onRefused(owner, listener, error) {
        const about = ownerOf(owner, needs.caches);
        if (about !== undefined) recorder.event(about, 'Warning', 'FailedToOpenPort', refusal(listener, error));
      },
      onServiceAddress(address, used) {
        const ip = parseIp(address);
        if (ip !== undefined && serviceCidrs.some(range => isWithin(range, ip))) return;
        const done = used ? network.claimServiceAddress(address) : network.unclaimServiceAddress(address);
        done.catch((error: unknown) => log.warn('cannot route an external IP', { address, error: String(error) }));
      },
    });
    context.defer(() => listeners.close());
    const judging = needs.trafficPolicies.follow(() => listeners.rejudge());
    context.defer(() => judging[Symbol.dispose]());
    const healthServers = new ServiceHealthServers({
      timers: world.timers,
      onRefused({ namespace, name: service }, port, error) {
        const about = needs.caches.of(Service).get(service, namespace);
        const text = `node ${name} failed to start healthcheck "${namespace}/${service}" on port ${port}: ${error.message}`;
        if (about !== undefined) recorder.event(about, 'Warning', 'FailedToStartServiceHealthcheck', text);
      },
    });
    context.defer(() => healthServers[Symbol.dispose]());
    const metrics = new ProxyMetrics(world.clock);
    const proxier = new Proxier({
      services: needs.caches.of(Service),
      slices: needs.caches.of(EndpointSlice),
      pods: needs.caches.of(Pod),
      nodes: needs.caches.of(Node),
      listeners,
      healthServers,
      metrics,
      node: { name, addresses: [...loopbacks(network.podCidrs.length), ...network.nodeAddresses] },
    });
    context.defer(() => proxier[Symbol.dispose]());
    const serve = (at: SmallAddress, pages: SmallHandler): void => {
      if (at.port === 0) return;
      const server = new SmallHttpServer(world.timers, at, pages, error =>
        log.warn('cannot tell how the proxy is', { ...at, error: error.message }),
      );
      context.defer(() => server[Symbol.dispose]());
    };
    const health = proxyHealth(world.clock, metrics, () => needs.caches.of(Node).get(name));
    serve({ port: config.healthzPort }, health);
    const collect = () => [...metrics.collect(proxier.localGaps()), ...processMetrics(world.clock.now())];
    serve({ host: '127.0.0.1', port: config.metricsPort }, proxyStatus(collect));
  },
});

const loopbacks = (families: number): readonly string[] => ['127.0.0.1', '::1'].slice(0, families);

/** The object behind an owner of listeners, as `Proxier` names them. */
function ownerOf(owner: string, all: Caches): AnyObject | undefined {
  const [kind = '', one = '', two = ''] = owner.split('/');
  return kind === 'pod' ? all.of(Pod).byUid(one) : all.of(Service).get(two, one);
}

function refusal({ protocol, address, port }: WantedListener, error: unknown): string {
  const why = failedWith(error, 'EADDRINUSE') ? 'another program on this node has it' : String(error);
  return `Cannot listen on ${protocol} ${address}:${port}: ${why}; trying again until it is free`;
}

/** Hard limit of descriptors, which Node raises its soft one to at start. */
async function openFilesLimit(files: Files): Promise<number> {
  const text = await files.readFile('/proc/self/limits', 'utf8');
  return Number(/^Max open files\s+\d+\s+(\d+)/m.exec(text)?.[1] ?? 1_024);
}
