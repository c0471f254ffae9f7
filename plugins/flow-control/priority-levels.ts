import { concurrencyLimits } from './concurrency-limits.ts';
import type { ConfiguredLevel } from './flow-configuration.ts';
import { lendSeats } from './lend-seats.ts';
import { ADJUSTMENT_MS } from './limits.ts';
import { PriorityLevel } from './priority-level.ts';
import { smoothedDemand } from './seat-demand.ts';

/** All levels of one server, which share its seats. */
export class PriorityLevels {
  readonly #seats: number;
  readonly #levels = new Map<string, PriorityLevel>();
  #adjustedMs: number;
  #fairFraction = 0;

  constructor(seats: number, nowMs: number) {
    this.#seats = seats;
    this.#adjustedMs = nowMs;
  }

  get fairFraction(): number {
    return this.#fairFraction;
  }

  /** When what they lend one another is due to be looked at. */
  get dueMs(): number {
    return this.#adjustedMs + ADJUSTMENT_MS;
  }

  get areWaitedFor(): boolean {
    for (const { queues } of this.#levels.values()) if (queues.waiting > 0) return true;
    return false;
  }

  get(name: string): PriorityLevel | undefined {
    return this.#levels.get(name);
  }

  /** In the order of their names. */
  all(): readonly PriorityLevel[] {
    return [...this.#levels.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  configure(configured: readonly ConfiguredLevel[], nowMs: number): void {
    const wanted = new Map(configured.map(level => [level.metadata.name, level]));
    for (const level of this.#levels.values()) {
      if (wanted.has(level.name)) continue;
      if (level.queues.isIdle) this.#levels.delete(level.name);
      level.isQuiescing = true;
    }
    // One that goes has seats until its last request was served.
    const leaving = [...this.#levels.values()].filter(({ isQuiescing, name }) => isQuiescing && !wanted.has(name));
    const all: readonly ConfiguredLevel[] = [
      ...configured,
      ...leaving.map(({ name, uid, spec }) => ({ metadata: { name, uid }, spec })),
    ];
    const limits = concurrencyLimits(
      this.#seats,
      all.map(({ spec }) => spec),
    );
    for (const [index, each] of all.entries()) {
      const own = limits[index];
      if (own === undefined) continue;
      const { name } = each.metadata;
      const known = this.#levels.get(name);
      if (known === undefined) this.#levels.set(name, new PriorityLevel(each, own, nowMs));
      else known.configure(each, own);
      if (known !== undefined && wanted.has(name)) known.isQuiescing = false;
    }
    this.#lend(nowMs, 0);
  }

  /** Looks at what each could use of late, where a period has passed since the last time. */
  adjust(nowMs: number): void {
    if (nowMs < this.dueMs) return;
    const periods = Math.floor((nowMs - this.#adjustedMs) / ADJUSTMENT_MS);
    this.#adjustedMs = nowMs;
    this.#lend(nowMs, periods);
  }

  #lend(nowMs: number, periods: number): void {
    const levels = [...this.#levels.values()];
    for (const level of levels) {
      const { highest, seen } = level.queues.demand.take(nowMs, periods > 1);
      level.demand = seen ?? { ...level.demand, highest };
      if (seen !== undefined) level.smoothed = smoothedDemand(level.smoothed, seen, Math.max(1, periods));
    }
    const { currents, targets, fairFraction } = lendSeats(
      levels.map(({ isExempt, limits, demand, smoothed, queues }) => {
        return { isExempt, limits, highest: demand.highest, smoothed, current: queues.limit };
      }),
    );
    this.#fairFraction = fairFraction;
    for (const [index, level] of levels.entries()) {
      level.target = targets[index] ?? 0;
      level.allot(currents[index] ?? 0, nowMs);
    }
  }
}
