import type { Clock } from '../../../src/base/world.ts';
import { GRACE_MS, LATE_MS } from './limits.ts';

/**
 * When each node was last seen alive, by this process's own steady clock: what a lease says of the time is
 * the node's word, and either wall clock may jump.
 */
export class Heartbeats {
  readonly #clock: Clock;
  readonly #seen = new Map<string, { readonly beat: string; readonly sinceMs: number; readonly lookMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Milliseconds left until a node that last said `beat` is given up; not above 0 when it is. A look that
   * comes long after it was due means that this process itself stood still: nodes get a little longer then.
   */
  leftMs(node: string, beat: string): number {
    const nowMs = this.#clock.monotonicMs();
    const known = this.#seen.get(node);
    const isNew = known === undefined || known.beat !== beat;
    const stoodStill = known !== undefined && nowMs - known.lookMs > LATE_MS;
    const earliestMs = stoodStill ? nowMs - GRACE_MS + LATE_MS : 0;
    const sinceMs = isNew ? nowMs : Math.max(known.sinceMs, earliestMs);
    const leftMs = sinceMs + GRACE_MS - nowMs;
    this.#seen.set(node, { beat, sinceMs, lookMs: nowMs + Math.max(leftMs, 0) });
    return leftMs;
  }

  /** Nobody could be heard until now, so silence says nothing of the node: it gets all its time anew. */
  excuse(node: string): void {
    const known = this.#seen.get(node);
    const nowMs = this.#clock.monotonicMs();
    if (known !== undefined) this.#seen.set(node, { beat: known.beat, sinceMs: nowMs, lookMs: nowMs + GRACE_MS });
  }

  forget(node: string): void {
    this.#seen.delete(node);
  }
}
