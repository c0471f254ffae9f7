import type { Gauge as GaugeType, Registry as RegistryType } from 'prom-client';
import type { MetricSource } from './contract.ts';
import type { Answer } from './http/answer.ts';

export interface Observed {
  readonly verb: string;
  readonly resource: string;
  readonly code: number;
  readonly ms: number;
}

/** Verbs and resources told apart; a client that makes names up must not grow them without end. */
const MAX_SERIES = 2000;

/**
 * `/metrics` under upstream's names. Requests are counted in a map of our own; the library is loaded when
 * the metrics are first asked for.
 */
export class Metrics {
  readonly #sources: () => readonly MetricSource[];
  readonly #counts = new Map<string, { readonly observed: Observed; count: number; seconds: number }>();

  constructor(sources: () => readonly MetricSource[]) {
    this.#sources = sources;
  }

  observe(observed: Observed): void {
    const key = `${observed.verb} ${observed.resource} ${observed.code}`;
    const known = this.#counts.get(key);
    if (known !== undefined) {
      known.count += 1;
      known.seconds += observed.ms / 1000;
    } else if (this.#counts.size < MAX_SERIES) {
      this.#counts.set(key, { observed, count: 1, seconds: observed.ms / 1000 });
    }
  }

  async serve(): Promise<Answer> {
    const { Registry, Counter, Gauge } = await import('prom-client');
    const registry = new Registry();
    collectProcess(registry, Gauge);
    const labelNames = ['verb', 'resource', 'code'];
    const options = { registers: [registry], labelNames };
    const requests = new Counter({
      name: 'apiserver_request_total',
      help: 'Requests answered, by verb, resource and code.',
      ...options,
    });
    const seconds = new Counter({
      name: 'apiserver_request_duration_seconds_sum',
      help: 'Time spent on them.',
      ...options,
    });
    for (const { observed, count, seconds: spent } of this.#counts.values()) {
      const labels = { verb: observed.verb.toUpperCase(), resource: observed.resource, code: String(observed.code) };
      requests.inc(labels, count);
      seconds.inc(labels, spent);
    }
    for (const { name, help, type, samples } of this.#sources().flatMap(({ collect }) => collect())) {
      const of = { name, help, registers: [registry], labelNames: Object.keys(samples[0]?.labels ?? {}) };
      const metric = type === 'counter' ? new Counter(of) : new Gauge(of);
      for (const { labels, value } of samples) metric.inc(labels, value);
    }
    return { type: 'text', code: 200, contentType: registry.contentType, text: await registry.metrics() };
  }
}

/** Of this process, under the names every exporter gives them. */
function collectProcess(registry: RegistryType, Gauge: typeof GaugeType): void {
  const { heapUsed, rss } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const values: readonly (readonly [string, string, number])[] = [
    ['process_resident_memory_bytes', 'Memory of this process.', rss],
    ['nodejs_heap_size_used_bytes', 'Heap in use.', heapUsed],
    ['process_cpu_seconds_total', 'CPU time spent.', (user + system) / 1e6],
  ];
  for (const [name, help, value] of values) new Gauge({ name, help, registers: [registry] }).set(value);
}
