import { Histogram } from '../../../src/base/histogram.ts';
import { histogramMetric } from '../../../src/base/histogram-metric.ts';
import type { Metric } from '../../../src/base/metric.ts';
import type { Clock } from '../../../src/base/world.ts';

/** What a pass over a pod is for, in upstream's words. */
export type PassType = 'create' | 'update' | 'sync' | 'kill';
export type ContainerType = 'container' | 'init_container' | 'ephemeral_container';

interface Operation {
  readonly times: Histogram;
  count: number;
  errors: number;
}

/** What the kubelet did and how long that took, under upstream's names. */
export class OperationCounts {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #operations = new Map<string, Operation>();
  readonly #passes = new Map<PassType, Histogram>();
  readonly #starts = new Histogram(START_SECONDS);
  readonly #containers = new Map<ContainerType, number>();
  readonly #refusals = new Map<string, number>();
  readonly #evictions = new Map<string, number>();

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** Times a call of the runtime, by upstream's name of it. */
  async time<T>(name: string, call: () => Promise<T>): Promise<T> {
    let operation = this.#operations.get(name);
    if (operation === undefined) {
      operation = { times: Histogram.exponential(0.005, 2.5, 14), count: 0, errors: 0 };
      this.#operations.set(name, operation);
    }
    operation.count += 1;
    const beganMs = this.#clock.monotonicMs();
    try {
      return await call();
    } catch (error) {
      operation.errors += 1;
      throw error;
    } finally {
      operation.times.observe((this.#clock.monotonicMs() - beganMs) / 1000);
    }
  }

  passed(type: PassType, ms: number): void {
    const times = this.#passes.get(type) ?? new Histogram(PASS_SECONDS);
    this.#passes.set(type, times);
    times.observe(ms / 1000);
  }

  /** A pod runs, so long after it was first seen. */
  podRuns(ms: number): void {
    this.#starts.observe(ms / 1000);
  }

  containerStarts(type: ContainerType): void {
    add(this.#containers, type);
  }

  refused(reason: string): void {
    add(this.#refusals, reason);
  }

  evicted(signal: string): void {
    add(this.#evictions, signal);
  }

  metrics(): readonly Metric[] {
    const operations = [...this.#operations].map(([name, each]) => ({ labels: { operation_type: name }, ...each }));
    const sandboxes = this.#operations.get(RUN_SANDBOX);
    const counter = (name: string, help: string, samples: Metric['samples']): Metric => ({
      name,
      help,
      type: 'counter',
      samples,
    });
    return [
      histogramMetric(
        'kubelet_pod_worker_duration_seconds',
        'How long passes over pods took.',
        [...this.#passes].map(([type, times]) => [{ operation_type: type }, times]),
      ),
      histogramMetric('kubelet_pod_start_duration_seconds', 'Time from a pod’s arrival until it ran.', [
        [{}, this.#starts],
      ]),
      counter(
        'kubelet_runtime_operations_total',
        'Calls of the runtime.',
        operations.map(({ labels, count }) => ({ labels, value: count })),
      ),
      counter(
        'kubelet_runtime_operations_errors_total',
        'Those that failed.',
        operations.flatMap(({ labels, errors }) => (errors > 0 ? [{ labels, value: errors }] : [])),
      ),
      histogramMetric(
        'kubelet_runtime_operations_duration_seconds',
        'How long they took.',
        operations.map(({ labels, times }) => [labels, times]),
      ),
      counter('kubelet_started_pods_total', 'Sandboxes that were begun.', [
        { labels: {}, value: sandboxes?.count ?? 0 },
      ]),
      counter('kubelet_started_pods_errors_total', 'Those of them that failed.', [
        { labels: {}, value: sandboxes?.errors ?? 0 },
      ]),
      counter(
        'kubelet_started_containers_total',
        'Containers that were begun.',
        samplesOf('container_type', this.#containers),
      ),
      counter('kubelet_admission_rejections_total', 'Pods that were refused.', samplesOf('reason', this.#refusals)),
      counter('kubelet_evictions', 'Pods that were evicted.', samplesOf('eviction_signal', this.#evictions)),
    ];
  }
}

export const RUN_SANDBOX = 'run_podsandbox';

const add = <K>(counts: Map<K, number>, key: K): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

const samplesOf = (label: string, counts: ReadonlyMap<string, number>): Metric['samples'] =>
  [...counts].map(([key, value]) => ({ labels: { [label]: key }, value }));

/** Upstream's bounds. */
const PASS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const START_SECONDS = [
  0.5, 1, 2, 3, 4, 5, 6, 8, 10, 20, 30, 45, 60, 120, 180, 240, 300, 360, 480, 600, 900, 1200, 1800, 2700, 3600,
];
