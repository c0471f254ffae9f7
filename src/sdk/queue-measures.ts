import { Histogram } from '../base/histogram.ts';

/** What one queue of work did so far, and what is under way. */
export class QueueMeasures {
  readonly #nowMs: () => number;
  readonly #addedMs = new Map<string, number>();
  readonly #takenMs = new Map<string, number>();
  /** Seconds that keys waited for a worker, and that they were worked on; client-go's bounds. */
  readonly waits = Histogram.exponential(1e-8, 10, 12);
  readonly works = Histogram.exponential(1e-8, 10, 12);
  adds = 0;
  retries = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  added(key: string): void {
    this.adds += 1;
    this.#addedMs.set(key, this.#nowMs());
  }

  taken(key: string): void {
    const nowMs = this.#nowMs();
    this.waits.observe((nowMs - (this.#addedMs.get(key) ?? nowMs)) / 1000);
    this.#addedMs.delete(key);
    this.#takenMs.set(key, nowMs);
  }

  done(key: string): void {
    const takenMs = this.#takenMs.get(key);
    if (takenMs === undefined) return;
    this.#takenMs.delete(key);
    this.works.observe((this.#nowMs() - takenMs) / 1000);
  }

  /** How long what is under way has been worked on, seconds, one number a key. */
  underWay(): readonly number[] {
    const nowMs = this.#nowMs();
    return [...this.#takenMs.values()].map(takenMs => (nowMs - takenMs) / 1000);
  }
}
