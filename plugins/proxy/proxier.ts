import type { Cache, CacheIndex } from '../../src/sdk/caches.ts';
import type { Node } from '../kinds/core/v1/node.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { Service } from '../kinds/core/v1/service.ts';
import type { EndpointSlice } from '../kinds/discovery/v1/endpoint-slice.ts';
import { serviceKey, serviceOfSlice, slicesByService } from '../kinds/discovery/v1/slices-of-service.ts';
import type { ProxyNode } from './listener.ts';
import type { Listeners } from './listeners.ts';
import { planHealthCheck } from './plan-health-check.ts';
import { planHostPorts } from './plan-host-ports.ts';
import { NO_GAPS, planLocalGaps, type LocalGaps } from './plan-local-gaps.ts';
import { planService } from './plan-service.ts';
import type { ProxyMetrics } from './proxy-metrics.ts';
import type { ServiceHealthServers } from './service-health-servers.ts';

export interface ProxierOptions {
  readonly services: Cache<Service>;
  readonly slices: Cache<EndpointSlice>;
  readonly pods: Cache<Pod>;
  readonly nodes: Cache<Node>;
  readonly listeners: Listeners;
  readonly healthServers: Pick<ServiceHealthServers, 'put'>;
  readonly metrics: ProxyMetrics;
  readonly node: Omit<ProxyNode, 'zone'>;
}

/** Follows services, endpoint slices and this node's pods: each event is carried out before its handler returns. */
export class Proxier implements Disposable {
  readonly #options: ProxierOptions;
  #node: ProxyNode;
  readonly #subscriptions: readonly Disposable[];

  constructor(options: ProxierOptions) {
    this.#options = options;
    const { services, slices, pods, nodes, listeners, metrics } = options;
    const node: ProxyNode = { ...options.node, zone: undefined };
    this.#node = node;
    this.#subscriptions = [
      nodes.subscribe({
        changed: ({ metadata }) => this.#moveTo(metadata.name, metadata.labels?.['topology.kubernetes.io/zone']),
        removed: ({ metadata }) => this.#moveTo(metadata.name, undefined),
      }),
      services.subscribe({
        changed: service => this.#follow(service),
        removed: service => this.#follow(service),
      }),
      slices.subscribe({
        changed: (slice, before) => {
          metrics.endpointsChanged(slice);
          if (before !== undefined && serviceOfSlice(before) !== serviceOfSlice(slice)) this.#syncOf(before);
          this.#syncOf(slice);
          metrics.programmed(slice);
        },
        removed: slice => {
          metrics.endpointsChanged(slice);
          this.#syncOf(slice);
        },
      }),
      pods.subscribe({
        changed: (pod, before) => {
          if (isGoing(pod) && (before === undefined || !isGoing(before))) this.#syncTargeting(pod.metadata.uid);
          if (pod.spec.nodeName === node.name) listeners.put(`pod/${pod.metadata.uid}`, planHostPorts(pod, node));
          if (isOver(pod) && before !== undefined && !isOver(before)) this.#endConnectionsTo(pod);
        },
        removed: pod => {
          listeners.put(`pod/${pod.metadata.uid}`, []);
          if (!isOver(pod)) this.#endConnectionsTo(pod);
        },
      }),
    ];
  }

  /** Of all services, as things are. */
  localGaps(): LocalGaps {
    const { services, slices } = this.#options;
    return services.list().reduce((all, service) => {
      const { namespace = '', name } = service.metadata;
      const own = slices.indexed(slicesByService, serviceKey(namespace, name));
      const { internal, external } = planLocalGaps(service, own, this.#node, this.#isGoing);
      return { internal: all.internal + internal, external: all.external + external };
    }, NO_GAPS);
  }

  /** Which endpoints are near depends on this node's zone, which is labelled after it registered. */
  #moveTo(name: string, zone: string | undefined): void {
    if (name !== this.#node.name || zone === this.#node.zone) return;
    this.#node = { ...this.#node, zone };
    for (const { metadata } of this.#options.services.list()) this.#sync(metadata.namespace ?? '', metadata.name);
  }

  #follow({ metadata }: Service): void {
    this.#options.metrics.serviceChanged();
    this.#sync(metadata.namespace ?? '', metadata.name);
  }

  #syncOf(slice: EndpointSlice): void {
    const name = serviceOfSlice(slice);
    if (name !== undefined) this.#sync(slice.metadata.namespace ?? '', name);
  }

  /** The services that a pod is behind. */
  #syncTargeting(podUid: string): void {
    for (const slice of this.#options.slices.indexed(slicesByTarget, podUid)) this.#syncOf(slice);
  }

  #endConnectionsTo({ spec, status }: Pod): void {
    const { podIP, podIPs = [{ ip: podIP }] } = status;
    if (spec.hostNetwork === true) return;
    for (const { ip = '' } of podIPs) if (ip !== '') this.#options.listeners.endConnectionsTo(ip);
  }

  readonly #isGoing = (podUid: string): boolean => {
    const pod = this.#options.pods.byUid(podUid);
    return pod !== undefined && isGoing(pod);
  };

  #sync(namespace: string, name: string): void {
    this.#options.metrics.sync(() => this.#carryOut(namespace, name));
  }

  #carryOut(namespace: string, name: string): void {
    const { services, slices, listeners, healthServers } = this.#options;
    const service = services.get(name, namespace);
    const owner = `service/${namespace}/${name}`;
    if (service === undefined) {
      listeners.put(owner, []);
      healthServers.put({ namespace, name }, undefined);
      return;
    }
    const own = slices.indexed(slicesByService, serviceKey(namespace, name));
    listeners.put(owner, planService(service, own, this.#node, this.#isGoing));
    healthServers.put({ namespace, name }, planHealthCheck(service, own, this.#node, this.#isGoing));
  }

  [Symbol.dispose](): void {
    for (const subscription of this.#subscriptions) subscription[Symbol.dispose]();
  }
}

const isGoing = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined;
const isOver = ({ status }: Pod): boolean => status.phase === 'Succeeded' || status.phase === 'Failed';

const slicesByTarget: CacheIndex<EndpointSlice> = {
  name: 'proxy.endpoint-target',
  keysOf: slice => [
    ...new Set(
      serviceOfSlice(slice) === undefined
        ? []
        : (slice.endpoints ?? []).flatMap(({ targetRef }) => targetRef?.uid ?? []),
    ),
  ],
};
