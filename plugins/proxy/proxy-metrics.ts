import { Histogram } from '../../src/base/histogram.ts';
import { histogramMetric } from '../../src/base/histogram-metric.ts';
import type { Metric } from '../../src/base/metric.ts';
import type { Clock } from '../../src/base/world.ts';
import type { EndpointSlice } from '../kinds/discovery/v1/endpoint-slice.ts';
import { serviceOfSlice } from '../kinds/discovery/v1/slices-of-service.ts';
import type { LocalGaps } from './plan-local-gaps.ts';

/**
 * What kube-proxy counts, under its names; what is about rules of a kernel's tables there is none of. A change is
 * carried out as it comes, so none is ever pending, and a sync is that of one service.
 */
export class ProxyMetrics {
  readonly #clock: Clock;
  readonly #startedMs: number;
  readonly #syncs = Histogram.exponential(0.001, 2, 15);
  readonly #programming = new Histogram(PROGRAMMING_SECONDS);
  readonly #asked = new Map<Page, Map<number, number>>(PAGES.map(page => [page, new Map()]));
  #lastSyncMs = 0;
  #serviceChanges = 0;
  #endpointChanges = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedMs = clock.now();
  }

  serviceChanged(): void {
    this.#serviceChanges += 1;
  }

  endpointsChanged(slice: EndpointSlice): void {
    if (isProxied(slice)) this.#endpointChanges += 1;
  }

  /** All that a slice says is in force: how long that took since what it tells of changed, where it says when. */
  programmed(slice: EndpointSlice): void {
    const changedMs = Date.parse(slice.metadata.annotations?.[TRIGGER_TIME] ?? '');
    if (isProxied(slice) && changedMs > this.#startedMs)
      this.#programming.observe((this.#clock.now() - changedMs) / 1000);
  }

  sync(carryOut: () => void): void {
    const beganMs = this.#clock.monotonicMs();
    carryOut();
    this.#syncs.observe((this.#clock.monotonicMs() - beganMs) / 1000);
    this.#lastSyncMs = this.#clock.now();
  }

  answered(page: Page, code: number): void {
    const codes = this.#asked.get(page);
    codes?.set(code, (codes.get(code) ?? 0) + 1);
  }

  collect(gaps: LocalGaps): readonly Metric[] {
    const last = this.#lastSyncMs === 0 ? [] : [{ labels: IPV4, value: this.#lastSyncMs / 1000 }];
    const seen = this.#programming.count === 0 ? [] : [[IPV4, this.#programming] as const];
    return [
      histogramMetric(named('sync_proxy_rules_duration_seconds'), 'Time to carry out a change of a service.', [
        [IPV4, this.#syncs],
      ]),
      gauge('sync_proxy_rules_last_timestamp_seconds', 'When a change was carried out last.', last),
      gauge('sync_proxy_rules_last_queued_timestamp_seconds', 'When a change came last.', last),
      histogramMetric(
        named('network_programming_duration_seconds'),
        'Time from a change of endpoints until it is in force on this node.',
        seen,
      ),
      counter('sync_proxy_rules_service_changes_total', 'Changes of services.', this.#serviceChanges),
      gauge('sync_proxy_rules_service_changes_pending', 'Those that are not carried out yet.', NONE),
      counter('sync_proxy_rules_endpoint_changes_total', 'Changes of endpoint slices.', this.#endpointChanges),
      gauge('sync_proxy_rules_endpoint_changes_pending', 'Those that are not carried out yet.', NONE),
      gauge(
        'sync_proxy_rules_no_local_endpoints_total',
        'Ports of services that want endpoints of this node, where all are elsewhere.',
        Object.entries(gaps).map(([policy, value]) => ({ labels: { traffic_policy: policy, ...IPV4 }, value })),
      ),
      ...[...this.#asked].map(
        ([page, codes]): Metric => ({
          name: named(`proxy_${page}_total`),
          help: `Answers of /${page}, by their code.`,
          type: 'counter',
          samples: [...codes].map(([code, value]) => ({ labels: { code: String(code) }, value })),
        }),
      ),
    ];
  }
}

/** Pages that tell how the proxy is. */
export type Page = (typeof PAGES)[number];
const PAGES = ['healthz', 'livez'] as const;

const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time';
const isProxied = (slice: EndpointSlice): boolean =>
  slice.addressType === 'IPv4' && serviceOfSlice(slice) !== undefined;

const steps = (start: number, step: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => start + index * step);
/** Upstream's, the nought among them. */
const PROGRAMMING_SECONDS = [0, ...steps(0.25, 0.25, 2), ...steps(1, 1, 59), ...steps(60, 5, 12), ...steps(120, 30, 7)];

const IPV4 = { ip_family: 'IPv4' };
const NONE: Metric['samples'] = [{ labels: {}, value: 0 }];
const named = (name: string): string => `kubeproxy_${name}`;
const gauge = (name: string, help: string, samples: Metric['samples']): Metric => ({
  name: named(name),
  help,
  type: 'gauge',
  samples,
});
const counter = (name: string, help: string, value: number): Metric => ({
  ...gauge(name, help, [{ labels: {}, value }]),
  type: 'counter',
});
