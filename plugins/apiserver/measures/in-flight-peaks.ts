import type { Metric } from '../../../src/base/metric.ts';
import type { Clock } from '../../../src/base/world.ts';
import type { ByKind } from '../http/kind-of.ts';

type Kind = keyof ByKind;

/** How many requests were served at once, at most, in the last whole second. */
export class InFlightPeaks {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #served = { readOnly: 0, mutating: 0 };
  #second = 0;
  #peaks = { readOnly: 0, mutating: 0 };
  #last: ByKind = this.#peaks;

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  begin(kind: Kind): void {
    this.#turn();
    this.#served[kind] += 1;
    this.#peaks[kind] = Math.max(this.#peaks[kind], this.#served[kind]);
  }

  end(kind: Kind): void {
    this.#turn();
    this.#served[kind] -= 1;
  }

  collect(): Metric {
    this.#turn();
    return {
      name: 'apiserver_current_inflight_requests',
      help: 'Requests served at once, at most, in the last second.',
      type: 'gauge',
      samples: [
        { labels: { request_kind: 'mutating' }, value: this.#last.mutating },
        { labels: { request_kind: 'readOnly' }, value: this.#last.readOnly },
      ],
    };
  }

  #turn(): void {
    const second = Math.floor(this.#clock.monotonicMs() / 1000);
    if (second === this.#second) return;
    // In seconds that nothing happened in there were as many as there are.
    this.#last = second === this.#second + 1 ? this.#peaks : { ...this.#served };
    this.#peaks = { ...this.#served };
    this.#second = second;
  }
}
