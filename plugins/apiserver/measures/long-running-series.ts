import type { Metric } from '../../../src/base/metric.ts';
import type { RequestInfo } from '../contract.ts';
import { requestLabels, type RequestLabels } from './request-labels.ts';

interface Series {
  readonly labels: RequestLabels;
  running: number;
}

/** Kinds of requests told apart; a client that makes names up must not grow them without end. */
const MAX_SERIES = 500;

/** Watches, logs and other streams that are served just now, by what they asked for. */
export class LongRunningSeries {
  readonly #series = new Map<string, Series>();

  /** Runs until it is disposed of. */
  take(info: RequestInfo): Disposable {
    const labels = requestLabels(info, false);
    const key = Object.values(labels).join(' ');
    let series = this.#series.get(key);
    if (series === undefined) {
      series = { labels, running: 0 };
      if (this.#series.size < MAX_SERIES) this.#series.set(key, series);
    }
    const counted = series;
    counted.running += 1;
    return { [Symbol.dispose]: () => void (counted.running -= 1) };
  }

  collect(): Metric {
    return {
      name: 'apiserver_longrunning_requests',
      help: 'Watches, logs and other streams that are served just now.',
      type: 'gauge',
      samples: [...this.#series.values()].map(({ labels, running }) => ({ labels, value: running })),
    };
  }
}
