import type { Histogram } from './histogram.ts';
import type { Metric, MetricSample } from './metric.ts';

type Series = readonly [labels: Readonly<Record<string, string>>, values: Histogram];

/** What histograms of one name counted, by their labels. */
export const histogramMetric = (name: string, help: string, series: readonly Series[]): Metric => ({
  name,
  help,
  type: 'histogram',
  samples: series.flatMap(([labels, values]): readonly MetricSample[] => [
    ...values.cumulative().map(([le, value]) => ({ labels: { ...labels, le }, value, part: 'bucket' as const })),
    { labels, value: values.sum, part: 'sum' },
    { labels, value: values.count, part: 'count' },
  ]),
});
