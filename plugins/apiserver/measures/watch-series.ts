import { Histogram } from '../../../src/base/histogram.ts';
import { histogramMetric } from '../../../src/base/histogram-metric.ts';
import type { Metric } from '../../../src/base/metric.ts';
import type { Resource } from '../../../src/api/resource.ts';

/** Events that watches were told, by their kind. */
export class WatchSeries {
  readonly #series = new Map<string, readonly [labels: Readonly<Record<string, string>>, sizes: Histogram]>();

  /** Where the sizes of a kind's events are counted. */
  of({ group, version, plural }: Pick<Resource, 'group' | 'version' | 'plural'>): Histogram {
    const key = `${group}/${version}/${plural}`;
    let series = this.#series.get(key);
    if (series === undefined) {
      series = [{ group, resource: plural, version }, Histogram.exponential(1024, 2, 8)];
      this.#series.set(key, series);
    }
    return series[1];
  }

  collect(): readonly Metric[] {
    const all = [...this.#series.values()];
    return [
      {
        name: 'apiserver_watch_events_total',
        help: 'Events that watches were told.',
        type: 'counter',
        samples: all.map(([labels, { count }]) => ({ labels, value: count })),
      },
      histogramMetric('apiserver_watch_events_sizes', 'How many bytes they had.', all),
    ];
  }
}
