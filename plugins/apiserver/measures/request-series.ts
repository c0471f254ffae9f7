import { histogramMetric } from '../../../src/base/histogram-metric.ts';
import { Histogram } from '../../../src/base/histogram.ts';
import type { Metric } from '../../../src/base/metric.ts';
import type { RequestInfo } from '../contract.ts';
import { requestLabels, scopeOf, verbOf } from './request-labels.ts';

/** One request that was answered. */
export interface Observed {
  readonly info: RequestInfo;
  readonly isApply: boolean;
  readonly isDryRun: boolean;
  readonly code: number;
  readonly ms: number;
  /** Of its answer, before it was compressed; `undefined` of one that went on, as a stream does. */
  readonly bytes: number | undefined;
  /** Of that, what others took: webhooks, and requests that it waited for. */
  readonly othersMs: number;
  readonly isDeprecated: boolean;
}

type Labels = Readonly<Record<string, string>>;

interface Series {
  readonly labels: Labels;
  readonly codes: Map<number, number>;
  readonly times: Histogram;
  /** Of those that were no dry runs, without what others took. */
  readonly ownTimes: Histogram;
  /** Of answers to those who read. */
  readonly sizes: Histogram;
  isDeprecated: boolean;
}

/** Verbs and resources told apart; a client that makes names up must not grow them without end. */
const MAX_SERIES = 2000;

/** Requests by what they asked for, under upstream's names and labels. */
export class RequestSeries {
  readonly #series = new Map<string, Series>();

  observe({ info, isApply, isDryRun, code, ms, bytes, othersMs, isDeprecated }: Observed): void {
    const { group, version, resource, subresource } = info;
    const scope = scopeOf(info);
    // Built for every request: no more than what tells series apart.
    const label = verbOf(info, isApply);
    const key = `${label} ${group} ${version} ${resource} ${subresource} ${scope} ${isDryRun}`;
    let series = this.#series.get(key);
    if (series === undefined) {
      if (this.#series.size >= MAX_SERIES) return;
      const { component, ...named } = requestLabels(info, isApply);
      const labels = { component, dry_run: isDryRun ? 'All' : '', ...named };
      const histograms = {
        times: new Histogram(SECONDS),
        ownTimes: new Histogram(OWN_SECONDS),
        sizes: new Histogram(BYTES),
      };
      series = { labels, codes: new Map(), isDeprecated, ...histograms };
      this.#series.set(key, series);
    }
    series.codes.set(code, (series.codes.get(code) ?? 0) + 1);
    series.times.observe(ms / 1000);
    if (!isDryRun) series.ownTimes.observe((ms - othersMs) / 1000);
    if (!isDryRun && bytes !== undefined && (label === 'GET' || label === 'LIST')) series.sizes.observe(bytes);
    series.isDeprecated ||= isDeprecated;
  }

  collect(): readonly Metric[] {
    const all = [...this.#series.values()];
    return [
      {
        name: 'apiserver_request_total',
        help: 'Requests answered, by what they asked for and the code of the answer.',
        type: 'counter',
        samples: all.flatMap(({ labels, codes }) =>
          [...codes].map(([code, value]) => ({ labels: { code: String(code), ...labels }, value })),
        ),
      },
      histogramMetric(
        'apiserver_request_duration_seconds',
        'Time from a request to the end of its answer.',
        all.map(({ labels, times }) => [labels, times]),
      ),
      histogramMetric(
        'apiserver_request_sli_duration_seconds',
        'The same without what webhooks took, and requests that it waited for.',
        all.flatMap(({ labels: { dry_run, ...labels }, ownTimes }) => (dry_run === '' ? [[labels, ownTimes]] : [])),
      ),
      histogramMetric(
        'apiserver_response_sizes',
        'How many bytes answers to those who read had, before they were compressed.',
        all.flatMap(({ labels: { dry_run, ...labels }, sizes }) =>
          dry_run === '' && sizes.count > 0 ? [[labels, sizes]] : [],
        ),
      ),
      deprecatedApis(all),
    ];
  }
}

/** Upstream's bounds. */
const SECONDS = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];
const OWN_SECONDS = SECONDS.slice(2);
const BYTES = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

/** No API that is served here is to be removed in a release. */
function deprecatedApis(all: readonly Series[]): Metric {
  const asked = all.filter(({ isDeprecated }) => isDeprecated).map(({ labels }) => labels);
  const samples = asked.map(({ group = '', resource = '', subresource = '', version = '' }) => ({
    labels: { group, removed_release: '', resource, subresource, version },
    value: 1,
  }));
  const distinct = new Map(samples.map(sample => [Object.values(sample.labels).join(' '), sample]));
  return {
    name: 'apiserver_requested_deprecated_apis',
    help: 'Deprecated APIs that somebody asked for.',
    type: 'gauge',
    samples: [...distinct.values()],
  };
}
