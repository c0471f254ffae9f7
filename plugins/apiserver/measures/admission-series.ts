import { Histogram } from '../../../src/base/histogram.ts';
import { histogramMetric } from '../../../src/base/histogram-metric.ts';
import type { Metric } from '../../../src/base/metric.ts';
import type { Clock } from '../../../src/base/world.ts';
import type { AdmissionRequest } from '../contract.ts';

/** Who mutates admits, in upstream's words. */
export type AdmissionStep = 'admit' | 'validate';

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly times: Histogram;
}

/** How long admission takes, each plugin's and all of it, under upstream's names. */
export class AdmissionSeries {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #series = new Map<string, Series>();

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** Times `work`, which refuses by what it throws; without a `name` it is that of all plugins. */
  async time<T>(
    type: AdmissionStep,
    operation: AdmissionRequest['operation'],
    name: string,
    work: () => Promise<T> | T,
  ): Promise<T> {
    const began = this.#clock.monotonicMs();
    let rejected = true;
    try {
      const done = await work();
      rejected = false;
      return done;
    } finally {
      this.#timesOf(type, operation, name, rejected).observe((this.#clock.monotonicMs() - began) / 1000);
    }
  }

  #timesOf(type: AdmissionStep, operation: string, name: string, isRejected: boolean): Histogram {
    const key = `${name} ${type} ${operation} ${isRejected}`;
    let series = this.#series.get(key);
    if (series === undefined) {
      const labels = { ...(name === '' ? {} : { name }), operation, rejected: String(isRejected), type };
      series = { labels, times: new Histogram(SECONDS) };
      this.#series.set(key, series);
    }
    return series.times;
  }

  collect(): readonly Metric[] {
    const of = (isNamed: boolean) =>
      [...this.#series.values()].flatMap(({ labels, times }) =>
        'name' in labels === isNamed ? [[labels, times] as const] : [],
      );
    return [
      histogramMetric(
        'apiserver_admission_controller_admission_duration_seconds',
        'Time that each part of admission took, by operation and whether it refused.',
        of(true),
      ),
      histogramMetric(
        'apiserver_admission_step_admission_duration_seconds',
        'Time that all of it took that mutates, and all that validates.',
        of(false),
      ),
    ];
  }
}

/** Upstream's bounds. */
const SECONDS = [0.005, 0.025, 0.1, 0.5, 1, 2.5];
