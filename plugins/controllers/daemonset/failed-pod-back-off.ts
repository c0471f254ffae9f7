import { backoffMs } from '../../../src/base/backoff.ts';
import { FAILED_DAEMON_BACKOFF } from '../limits.ts';

interface Failure {
  readonly count: number;
  readonly atMs: number;
}

/**
 * How long a failed daemon pod is left where it is, so that a node that refuses pods is not asked without end. It
 * lives as long as the process: after a restart each node has a fresh start.
 */
export class FailedPodBackOff {
  readonly #failures = new Map<string, Failure>();

  /** `undefined` where a failed pod may be replaced now. */
  waitMs(key: string, nowMs: number): number | undefined {
    const failure = this.#failures.get(key);
    if (failure === undefined) return undefined;
    const left = failure.atMs + backoffMs(failure.count, FAILED_DAEMON_BACKOFF) - nowMs;
    return left > 0 ? left : undefined;
  }

  replaced(key: string, nowMs: number): void {
    this.#forgetStale(nowMs);
    this.#failures.set(key, { count: (this.#failures.get(key)?.count ?? 0) + 1, atMs: nowMs });
  }

  #forgetStale(nowMs: number): void {
    for (const [key, { atMs }] of this.#failures) {
      if (nowMs - atMs > 2 * FAILED_DAEMON_BACKOFF.capMs) this.#failures.delete(key);
    }
  }
}
