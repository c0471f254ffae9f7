import { Histogram } from '../../src/base/histogram.ts';
import { histogramMetric } from '../../src/base/histogram-metric.ts';
import type { Metric } from '../../src/base/metric.ts';
import type { Entered } from './pod-queue.ts';

/** How an attempt to place a pod ended. */
export type AttemptResult = 'scheduled' | 'unschedulable' | 'error';

export type ExtensionPoint = 'Filter' | 'Score' | 'Bind';
export type PointStatus = 'Success' | 'Unschedulable' | 'Error';

/** What kube-scheduler counts, under its names. Times are in seconds. */
export class SchedulerMetrics {
  readonly #profile: string;
  readonly #attempts = new Map<AttemptResult, Histogram>();
  readonly #attemptsOfPod = Histogram.exponential(1, 2, 5);
  readonly #untilScheduled = new Map<number, Histogram>();
  readonly #victims = Histogram.exponential(1, 2, 7);
  readonly #algorithm = Histogram.exponential(0.001, 2, 15);
  readonly #points = new Map<string, Series>();
  readonly #entered = new Map<string, { readonly labels: Readonly<Record<string, string>>; value: number }>();
  #preemptions = 0;

  constructor(profile: string) {
    this.#profile = profile;
  }

  attempted(result: AttemptResult, ms: number): void {
    known(this.#attempts, result, () => Histogram.exponential(0.001, 2, 15)).observe(ms / 1000);
  }

  /** A pod was bound at last, so long after it was first seen to wait. */
  scheduled(attempts: number, ms: number): void {
    this.#attemptsOfPod.observe(attempts);
    const series = Math.min(attempts, MANY_ATTEMPTS);
    known(this.#untilScheduled, series, () => Histogram.exponential(0.01, 2, 20)).observe(ms / 1000);
  }

  /** Of an attempt, until a node was chosen or none was found. */
  decided(ms: number): void {
    this.#algorithm.observe(ms / 1000);
  }

  /** What one step of an attempt took, by the names and outcomes of upstream's extension points. */
  passed(point: ExtensionPoint, status: PointStatus, ms: number): void {
    const key = `${point} ${status}`;
    let series = this.#points.get(key);
    if (series === undefined) {
      const labels = { extension_point: point, profile: this.#profile, status };
      series = [labels, Histogram.exponential(0.0001, 2, 12)];
      this.#points.set(key, series);
    }
    series[1].observe(ms / 1000);
  }

  readonly entered: Entered = (queue, event) => {
    const key = `${queue} ${event}`;
    const counted = this.#entered.get(key) ?? { labels: { event, queue }, value: 0 };
    counted.value += 1;
    this.#entered.set(key, counted);
  };

  triedToPreempt(): void {
    this.#preemptions += 1;
  }

  preempted(victims: number): void {
    this.#victims.observe(victims);
  }

  collect(pending: Readonly<Record<string, number>>): readonly Metric[] {
    const profile = this.#profile;
    const attempts = [...this.#attempts].map(([result, times]): Series => [{ profile, result }, times]);
    const waits = [...this.#untilScheduled].map(([count, times]): Series => [{ attempts: attemptsText(count) }, times]);
    return [
      {
        name: 'scheduler_schedule_attempts_total',
        help: 'Attempts to place pods, by how they ended.',
        type: 'counter',
        samples: attempts.map(([labels, { count }]) => ({ labels, value: count })),
      },
      histogramMetric(
        'scheduler_scheduling_attempt_duration_seconds',
        'Time taken by them, binding included.',
        attempts,
      ),
      histogramMetric('scheduler_pod_scheduling_attempts', 'Attempts until a pod was placed.', [
        [{}, this.#attemptsOfPod],
      ]),
      histogramMetric('scheduler_pod_scheduling_sli_duration_seconds', 'Time until a pod was placed.', waits),
      {
        name: 'scheduler_pending_pods',
        help: 'Pods that wait, by what for.',
        type: 'gauge',
        samples: Object.entries(pending).map(([queue, value]) => ({ labels: { queue }, value })),
      },
      {
        name: 'scheduler_queue_incoming_pods_total',
        help: 'Pods that came to wait, by what for, and for which event.',
        type: 'counter',
        samples: [...this.#entered.values()],
      },
      histogramMetric('scheduler_scheduling_algorithm_duration_seconds', 'Time taken to choose nodes.', [
        [{}, this.#algorithm],
      ]),
      histogramMetric('scheduler_framework_extension_point_duration_seconds', 'Time taken by each step of attempts.', [
        ...this.#points.values(),
      ]),
      {
        name: 'scheduler_preemption_attempts_total',
        help: 'Attempts to make room for a pod.',
        type: 'counter',
        samples: [{ labels: {}, value: this.#preemptions }],
      },
      histogramMetric('scheduler_preemption_victims', 'Pods that one had to leave for.', [[{}, this.#victims]]),
    ];
  }
}

/** More are told as so many: names of series are not to grow without end. */
const MANY_ATTEMPTS = 15;
const attemptsText = (attempts: number): string => (attempts === MANY_ATTEMPTS ? '15+' : String(attempts));

function known<K>(map: Map<K, Histogram>, key: K, make: () => Histogram): Histogram {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}

type Series = readonly [labels: Readonly<Record<string, string>>, values: Histogram];
