import type { ServicePump } from '../../../native/network.ts';
import type { World } from '../../../src/base/world.ts';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import { ObjectCache } from '../../../src/sdk/object-cache.ts';
import type { Node } from '../../kinds/core/v1/node.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { Service } from '../../kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../kinds/discovery/v1/endpoint-slice.ts';
import { Listeners } from '../listeners.ts';
import { Proxier } from '../proxier.ts';
import { ProxyMetrics } from '../proxy-metrics.ts';
import { noPolicies } from './no-policies.ts';

/** A proxier of a node `here`, and what it follows, for a test to fill. Whatever it is refused fails the test. */
export class TestProxier implements Disposable {
  readonly services = new ObjectCache<Service>(refused);
  readonly slices = new ObjectCache<EndpointSlice>(refused);
  readonly pods = new ObjectCache<Pod>(refused);
  readonly metrics: ProxyMetrics;
  readonly listeners: Listeners;
  readonly proxier: Proxier;

  constructor(
    pump: ServicePump,
    { clock, timers }: World,
    { serviceNetns, addresses }: { readonly serviceNetns: number; readonly addresses: readonly string[] },
  ) {
    this.metrics = new ProxyMetrics(clock);
    this.listeners = new Listeners({
      pump,
      serviceNetns,
      policies: noPolicies,
      timers,
      log: silentLogger,
      onRefused: (_, __, error) => refused(error),
      onServiceAddress: () => undefined,
    });
    const { services, slices, pods, listeners, metrics } = this;
    this.proxier = new Proxier({
      services,
      slices,
      pods,
      nodes: new ObjectCache<Node>(refused),
      listeners,
      healthServers: { put: () => undefined },
      metrics,
      node: { name: 'here', addresses },
    });
  }

  [Symbol.dispose](): void {
    this.proxier[Symbol.dispose]();
    this.listeners.close();
  }
}

/** A pump that relays nothing; `over` says what else a test wants of it. */
export const idlePump = (over: Partial<ServicePump>): ServicePump => ({
  listen: () => 1,
  put: refused,
  close: () => undefined,
  endAllTo: refused,
  stats: () => refused(new Error('nobody asks')),
  stop: () => undefined,
  ...over,
});

function refused(error: unknown): never {
  throw error instanceof Error ? error : new Error(`not expected: ${String(error)}`);
}
