import { Histogram } from '../../src/base/histogram.ts';
import { histogramMetric } from '../../src/base/histogram-metric.ts';
import type { Metric } from '../../src/base/metric.ts';

interface Counted {
  readonly labels: Readonly<Record<string, string>>;
  value: number;
}

/** Requests to the API server, under the names that client-go has for them. */
export class RequestCounts {
  readonly #host: string;
  readonly #codes = new Map<string, Counted>();
  readonly #times = new Map<string, Histogram>();

  constructor(server: string) {
    this.#host = new URL(server).host;
  }

  /** `code` is `<error>` for one that had no answer; it took as long as its head was in coming. */
  observe(method: string, code: string, ms: number): void {
    const key = `${method} ${code}`;
    const counted = this.#codes.get(key) ?? { labels: { code, host: this.#host, method }, value: 0 };
    counted.value += 1;
    this.#codes.set(key, counted);
    const times = this.#times.get(method) ?? new Histogram(SECONDS);
    times.observe(ms / 1000);
    this.#times.set(method, times);
  }

  collect(): readonly Metric[] {
    const host = this.#host;
    return [
      {
        name: 'rest_client_requests_total',
        help: 'Requests to the API server, by method and the code of the answer.',
        type: 'counter',
        samples: [...this.#codes.values()],
      },
      histogramMetric(
        'rest_client_request_duration_seconds',
        'Time until they were answered.',
        [...this.#times].map(([verb, times]) => [{ host, verb }, times]),
      ),
    ];
  }
}

/** Upstream's bounds. */
const SECONDS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];
