import type { Clock, Timers } from '../base/world.ts';
import { EXPIRY_SLACK, MAX_EXPIRY_STEP_MS, MIN_EXPIRY_STEP_MS } from './limits.ts';
import type { Revision } from './store.ts';

export interface Expired {
  readonly key: string;
  readonly modRevision: Revision;
}

/**
 * When a key written now is to go, in wall time since TTLs run on while the process is down. Rounded
 * up by at most a twentieth of the TTL, so that keys written around the same time go in one transaction.
 */
export function deadlineOf(ttlSeconds: number, nowMs: number): number {
  const ttlMs = ttlSeconds * 1000;
  const step = Math.min(Math.max(ttlMs * EXPIRY_SLACK, MIN_EXPIRY_STEP_MS), MAX_EXPIRY_STEP_MS);
  return Math.ceil((nowMs + ttlMs) / step) * step;
}

/** The keys that have a deadline. Runs `due` when the nearest one has passed; no timer when there is none. */
export class Expiry {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #due: () => void;
  readonly #buckets = new Map<number, Map<string, Revision>>();
  readonly #deadlines = new Map<string, number>();
  #timer: { readonly atMs: number; readonly handle: Disposable } | undefined;

  constructor(world: { readonly clock: Clock; readonly timers: Timers }, due: () => void) {
    this.#clock = world.clock;
    this.#timers = world.timers;
    this.#due = due;
  }

  set(key: string, modRevision: Revision, deadlineMs: number): void {
    this.clear(key);
    this.#deadlines.set(key, deadlineMs);
    const bucket = this.#buckets.get(deadlineMs) ?? new Map<string, Revision>();
    this.#buckets.set(deadlineMs, bucket.set(key, modRevision));
    if (this.#timer === undefined || deadlineMs < this.#timer.atMs) this.#arm(deadlineMs);
  }

  clear(key: string): void {
    const deadline = this.#deadlines.get(key);
    if (deadline === undefined) return;
    this.#deadlines.delete(key);
    const bucket = this.#buckets.get(deadline);
    bucket?.delete(key);
    if (bucket?.size === 0) this.#buckets.delete(deadline);
  }

  /** Up to `limit` keys whose deadline has passed. They stay until they are cleared. */
  overdue(limit: number): readonly Expired[] {
    const now = this.#clock.now();
    const expired: Expired[] = [];
    for (const [deadline, bucket] of this.#buckets) {
      if (deadline > now) continue;
      for (const [key, modRevision] of bucket) {
        if (expired.length === limit) return expired;
        expired.push({ key, modRevision });
      }
    }
    return expired;
  }

  /** Waits for the nearest deadline, and no less than `atLeastMs`. */
  rearm(atLeastMs = 0): void {
    this.#timer?.handle[Symbol.dispose]();
    this.#timer = undefined;
    if (this.#buckets.size === 0) return;
    this.#arm(Math.max(Math.min(...this.#buckets.keys()), this.#clock.now() + atLeastMs));
  }

  stop(): void {
    this.#timer?.handle[Symbol.dispose]();
    this.#timer = undefined;
  }

  #arm(atMs: number): void {
    this.#timer?.handle[Symbol.dispose]();
    const handle = this.#timers.after(Math.max(0, atMs - this.#clock.now()), () => {
      this.#timer = undefined;
      this.#due();
    });
    this.#timer = { atMs, handle };
  }
}
