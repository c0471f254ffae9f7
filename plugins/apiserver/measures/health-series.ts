import type { Metric } from '../../../src/base/metric.ts';

type Labels = Readonly<Record<'name' | 'type', string>>;

interface Series {
  readonly labels: Labels;
  isFine: boolean;
  readonly results: { success: number; error: number };
}

/** How checks of health ended, by the path they were asked for with, under upstream's names. */
export class HealthSeries {
  readonly #series = new Map<string, Series>();

  observe(type: string, name: string, isFine: boolean): void {
    const key = `${type} ${name}`;
    const series = this.#series.get(key) ?? { labels: { name, type }, isFine, results: { success: 0, error: 0 } };
    this.#series.set(key, series);
    series.isFine = isFine;
    series.results[isFine ? 'success' : 'error'] += 1;
  }

  collect(): readonly Metric[] {
    const all = [...this.#series.values()];
    return [
      {
        name: 'kubernetes_healthcheck',
        help: 'Whether a check of health was passed when it was last asked for.',
        type: 'gauge',
        samples: all.map(({ labels, isFine }) => ({ labels, value: isFine ? 1 : 0 })),
      },
      {
        name: 'kubernetes_healthchecks_total',
        help: 'Checks of health, by how they ended.',
        type: 'counter',
        samples: all.flatMap(({ labels: { name, type }, results }) =>
          Object.entries(results).flatMap(([status, value]) =>
            value === 0 ? [] : [{ labels: { name, status, type }, value }],
          ),
        ),
      },
    ];
  }
}
