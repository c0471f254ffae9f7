import { Histogram } from '../../src/base/histogram.ts';
import { histogramMetric } from '../../src/base/histogram-metric.ts';
import type { Metric } from '../../src/base/metric.ts';

/** How a webhook that was asked answered. */
export interface Consulted {
  readonly name: string;
  readonly type: 'admit' | 'validating';
  readonly operation: string;
  readonly ms: number;
  readonly code: number;
  /** Whether the request was refused for it, and whether it said so itself. */
  readonly rejected: false | 'no_error' | 'calling_webhook_error';
}

type Labels = Readonly<Record<string, string>>;

/** Webhooks and outcomes told apart; who makes ever new ones must not grow them without end. */
const MAX_SERIES = 2000;
/** Upstream bounds what a webhook may say as well. */
const MAX_CODE = 600;

/** What webhooks took and said, under upstream's names. */
export class WebhookSeries {
  readonly #times = new Map<string, readonly [labels: Labels, times: Histogram]>();
  readonly #requests = new Map<string, { readonly labels: Labels; value: number }>();
  readonly #rejections = new Map<string, { readonly labels: Labels; value: number }>();

  observe({ name, type, operation, ms, code: said, rejected }: Consulted): void {
    const code = String(Math.min(said, MAX_CODE));
    const labels = { name, operation, rejected: String(rejected !== false), type };
    const key = Object.values(labels).join(' ');
    const known = this.#times.get(key);
    if (known === undefined && this.#times.size >= MAX_SERIES) return;
    const times = known?.[1] ?? new Histogram(SECONDS);
    times.observe(ms / 1000);
    if (known === undefined) this.#times.set(key, [labels, times]);
    count(this.#requests, { code, ...labels });
    if (rejected === false) return;
    count(this.#rejections, { error_type: rejected, name, operation, rejection_code: code, type });
  }

  collect(): readonly Metric[] {
    return [
      histogramMetric(
        'apiserver_admission_webhook_admission_duration_seconds',
        'Time that webhooks took to answer, by operation and whether the request was refused.',
        [...this.#times.values()],
      ),
      {
        name: 'apiserver_admission_webhook_request_total',
        help: 'How often webhooks were asked.',
        type: 'counter',
        samples: [...this.#requests.values()],
      },
      {
        name: 'apiserver_admission_webhook_rejection_count',
        help: 'How often a request was refused for them.',
        type: 'counter',
        samples: [...this.#rejections.values()],
      },
    ];
  }
}

function count(all: Map<string, { readonly labels: Labels; value: number }>, labels: Labels): void {
  const key = Object.values(labels).join(' ');
  const known = all.get(key);
  if (known !== undefined) known.value += 1;
  else if (all.size < MAX_SERIES) all.set(key, { labels, value: 1 });
}

/** Upstream's bounds. */
const SECONDS = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 10, 25];
