import { backoffMs } from '../base/backoff.ts';
import type { Timers } from '../base/world.ts';
import { RETRY } from './limits.ts';
import { QueueMeasures } from './queue-measures.ts';

/**
 * Keys to work on, each at most once in the queue and never by two workers at a time: a key added while it
 * is worked on comes back once it is `done`. Its size is bounded by the number of objects its keys name.
 */
export class WorkQueue {
  readonly #timers: Timers;
  readonly #ready: string[] = [];
  readonly #dirty = new Set<string>();
  readonly #working = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #delayed = new Map<string, { readonly dueMs: number; readonly timer: Disposable }>();
  readonly #nowMs: () => number;
  readonly measures: QueueMeasures;
  #onReady: () => void = () => {};
  #closed = false;

  constructor(world: { readonly timers: Timers; readonly clock: { monotonicMs(): number } }) {
    this.#timers = world.timers;
    this.#nowMs = () => world.clock.monotonicMs();
    this.measures = new QueueMeasures(this.#nowMs);
  }

  /** Called whenever `take` may have something new to give. */
  set onReady(run: () => void) {
    this.#onReady = run;
  }

  get length(): number {
    return this.#ready.length;
  }

  add(key: string): void {
    if (this.#closed || this.#dirty.has(key)) return;
    this.#dirty.add(key);
    this.measures.added(key);
    if (this.#working.has(key)) return;
    this.#ready.push(key);
    this.#onReady();
  }

  /** Adds later; of two waits for one key the shorter counts. */
  addAfter(key: string, delayMs: number): void {
    if (this.#closed) return;
    if (delayMs <= 0) {
      this.add(key);
      return;
    }
    const dueMs = this.#nowMs() + delayMs;
    const earlier = this.#delayed.get(key);
    if (earlier !== undefined && earlier.dueMs <= dueMs) return;
    earlier?.timer[Symbol.dispose]();
    const timer = this.#timers.after(delayMs, () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, { dueMs, timer });
  }

  /** Adds after a wait that grows with each failure since the last `forget`. */
  retry(key: string): void {
    const failures = this.failures(key) + 1;
    this.#failures.set(key, failures);
    this.measures.retries += 1;
    this.addAfter(key, backoffMs(failures, RETRY));
  }

  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** The next key, in order of arrival; it is being worked on until `done`. */
  take(): string | undefined {
    const key = this.#ready.shift();
    if (key === undefined) return undefined;
    this.#dirty.delete(key);
    this.#working.add(key);
    this.measures.taken(key);
    return key;
  }

  done(key: string): void {
    this.#working.delete(key);
    this.measures.done(key);
    if (!this.#dirty.has(key) || this.#closed) return;
    this.#ready.push(key);
    this.#onReady();
  }

  close(): void {
    this.#closed = true;
    for (const { timer } of this.#delayed.values()) timer[Symbol.dispose]();
    this.#delayed.clear();
    this.#ready.length = 0;
  }
}
