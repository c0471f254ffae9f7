import { describe, expect, it } from 'vitest';
import { Histogram } from './histogram.ts';
import { histogramMetric } from './histogram-metric.ts';
import { metricsText } from './metrics-text.ts';

describe('the text of metrics', () => {
  it('names, describes and escapes', () => {
    const samples = [
      { labels: { path: 'C:\\"x"\n' }, value: 1.5, atMs: 12.4 },
      { labels: {}, value: Infinity },
    ];
    expect(metricsText([{ name: 'a', help: 'one\\\ntwo "three"', type: 'gauge', samples }])).toBe(
      String.raw`# HELP a one\\\ntwo "three"
# TYPE a gauge
a{path="C:\\\"x\"\n"} 1.5 12
a +Inf
`,
    );
  });

  it('leaves out what has no samples', () => {
    expect(metricsText([{ name: 'a', help: '', type: 'counter', samples: [] }])).toBe('');
  });

  it('tells histograms by their parts', () => {
    const times = new Histogram([0.1, 1]);
    for (const seconds of [0.05, 0.5, 5]) times.observe(seconds);
    expect(metricsText([histogramMetric('t_seconds', 'Times.', [[{ verb: 'GET' }, times]])])).toBe(
      `# HELP t_seconds Times.
# TYPE t_seconds histogram
t_seconds_bucket{verb="GET",le="0.1"} 1
t_seconds_bucket{verb="GET",le="1"} 2
t_seconds_bucket{verb="GET",le="+Inf"} 3
t_seconds_sum{verb="GET"} 5.55
t_seconds_count{verb="GET"} 3
`,
    );
  });
});
