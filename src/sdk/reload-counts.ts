import type { Metric } from '../base/metric.ts';
import type { Clock } from '../base/world.ts';

type Outcome = 'success' | 'failure';

/** How often a configuration file was read again, and when last, as upstream's metrics have it of one of its files. */
export class ReloadCounts {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #subsystem: string;
  readonly #counts = new Map<Outcome, { readonly count: number; readonly lastMs: number }>();

  /** `subsystem` as in `apiserver_<subsystem>_automatic_reloads_total`. */
  constructor(clock: Pick<Clock, 'now'>, subsystem: string) {
    this.#clock = clock;
    this.#subsystem = subsystem;
  }

  add(status: Outcome): void {
    const count = (this.#counts.get(status)?.count ?? 0) + 1;
    this.#counts.set(status, { count, lastMs: this.#clock.now() });
  }

  collect(): readonly Metric[] {
    const each = (value: (of: { readonly count: number; readonly lastMs: number }) => number) =>
      [...this.#counts].map(([status, counted]) => ({ labels: { status }, value: value(counted) }));
    const name = `apiserver_${this.#subsystem}_automatic_reload`;
    return [
      {
        name: `${name}s_total`,
        help: 'Times that the configuration was read again, by whether it could be followed.',
        type: 'counter',
        samples: each(({ count }) => count),
      },
      {
        name: `${name}_last_timestamp_seconds`,
        help: 'When that was last.',
        type: 'gauge',
        samples: each(({ lastMs }) => lastMs / 1000),
      },
    ];
  }
}
