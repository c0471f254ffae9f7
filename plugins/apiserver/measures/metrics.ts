import type { Metric } from '../../../src/base/metric.ts';
import { METRICS_TEXT_TYPE, metricsText } from '../../../src/base/metrics-text.ts';
import { processMetrics } from '../../../src/base/process-metrics.ts';
import { storagePrefix } from '../../../src/api/storage-key.ts';
import type { Api } from '../api.ts';
import type { MetricSource } from '../contract.ts';
import { HealthSeries } from './health-series.ts';
import { InFlightPeaks } from './in-flight-peaks.ts';
import type { Answer } from '../http/answer.ts';
import { LongRunningSeries } from './long-running-series.ts';
import { type Observed, RequestSeries } from './request-series.ts';
import { WatchSeries } from './watch-series.ts';
import { VERSION } from '../version.ts';

/** `/metrics` of the API server, and what other plugins add to it. */
export class Metrics {
  readonly #api: Pick<Api, 'world' | 'catalog' | 'objects' | 'admission'>;
  readonly #sources: () => readonly MetricSource[];
  readonly #requests = new RequestSeries();
  readonly inFlight: InFlightPeaks;
  readonly longRunning = new LongRunningSeries();
  readonly watches = new WatchSeries();
  readonly health = new HealthSeries();

  constructor(api: Pick<Api, 'world' | 'catalog' | 'objects' | 'admission'>, sources: () => readonly MetricSource[]) {
    this.#api = api;
    this.#sources = sources;
    this.inFlight = new InFlightPeaks(api.world.clock);
  }

  observe(observed: Observed): void {
    this.#requests.observe(observed);
  }

  async serve(): Promise<Answer> {
    const metrics = [
      ...this.#requests.collect(),
      this.inFlight.collect(),
      this.longRunning.collect(),
      ...this.watches.collect(),
      ...this.#api.admission.series.collect(),
      ...(await this.#objects()),
      BUILD_INFO,
      ...processMetrics(this.#api.world.clock.now()),
      ...this.#sources().flatMap(({ collect }) => collect()),
    ];
    return answerOf(metrics);
  }

  /** `/metrics/slis`. */
  serveSlis(): Answer {
    return answerOf(this.health.collect());
  }

  async #objects(): Promise<readonly Metric[]> {
    const { catalog, objects } = this.#api;
    // Versions of one kind are stored as one.
    const stored = catalog.all.filter(({ virtual, computed }) => (virtual ?? computed) !== true);
    const places = new Map(stored.map(kind => [storagePrefix(kind), kind.storedAs ?? kind]));
    const counts = [...places].map(async ([prefix, { group, plural }]) => ({
      labels: { group, resource: plural },
      value: await objects.store.count(prefix),
    }));
    const samples = await Promise.all(counts);
    const help = 'Objects that are stored, by their kind.';
    return [
      { name: 'apiserver_resource_objects', help, type: 'gauge', samples },
      {
        // Deprecated upstream, and what most dashboards still ask for.
        name: 'apiserver_storage_objects',
        help,
        type: 'gauge',
        samples: samples.map(({ labels: { group, resource }, value }) => ({
          labels: { resource: group === '' ? resource : `${resource}.${group}` },
          value,
        })),
      },
    ];
  }
}

const answerOf = (metrics: readonly Metric[]): Answer => ({
  type: 'text',
  code: 200,
  contentType: METRICS_TEXT_TYPE,
  text: metricsText(metrics),
});

const { major, minor, gitVersion, gitCommit, gitTreeState, buildDate, goVersion, compiler, platform } = VERSION;
const BUILD_INFO: Metric = {
  name: 'kubernetes_build_info',
  help: 'What this server is, as /version tells it.',
  type: 'gauge',
  samples: [
    {
      labels: {
        build_date: buildDate,
        compiler,
        git_commit: gitCommit,
        git_tree_state: gitTreeState,
        git_version: gitVersion,
        go_version: goVersion,
        major,
        minor,
        platform,
      },
      value: 1,
    },
  ],
};
