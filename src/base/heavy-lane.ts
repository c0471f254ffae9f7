import type { World } from './world.ts';

/** What heavy work may take of the event loop. */
export interface LaneLimits {
  /** After each step others have the loop for so many times as long. */
  readonly rest: number;
  /** A hold of the loop up to this is short... */
  readonly shortMs: number;
  /** ...of all time, holds may go beyond it in so much: of others' requests no more wait longer than `shortMs`. */
  readonly share: number;
  /** How much of that may be taken at once after a quiet time. */
  readonly burstMs: number;
}

/** A third of the loop at most; one in a hundred of others' requests meets a long hold. */
export const LANE_LIMITS: LaneLimits = { rest: 2, shortMs: 3, share: 0.01, burstMs: 100 };

/** Less is not worth a timer. */
const TIMER_MS = 1;
/** At the latest then it is looked who may go on: others may have come meanwhile. */
const LOOK_MS = 20;

/**
 * Steps of heavy requests, one at a time, users in turn: after each the loop is others' for a while, the longer
 * the longer it was held, so that light requests hardly ever meet a long hold whatever others send.
 */
export class HeavyLane {
  readonly #world: Pick<World, 'clock' | 'timers'>;
  readonly #limits: LaneLimits;
  /** Users in the order of their turns; none without a step that waits. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #isScheduled = false;
  /** Until then the loop is others'. */
  #restsUntilMs = 0;
  /** What is left of `burstMs` to those who made use of it. */
  readonly #credits = new Map<string, Credit>();

  constructor(world: Pick<World, 'clock' | 'timers'>, limits: Partial<LaneLimits> = {}) {
    this.#world = world;
    this.#limits = { ...LANE_LIMITS, ...limits };
  }

  /** Runs `step` when it is this user's turn. */
  run<T>(user: string, step: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const steps = this.#waiting.get(user) ?? [];
      this.#waiting.set(user, steps);
      steps.push(() => {
        try {
          resolve(step());
        } catch (error) {
          reject(error);
        }
      });
      this.#schedule();
    });
  }

  /** Heavy work was done elsewhere than in a step: others have the loop for a while. */
  rest(workedMs: number): void {
    const from = Math.max(this.#restsUntilMs, this.#world.clock.monotonicMs());
    this.#restsUntilMs = from + workedMs * this.#limits.rest;
  }

  /** How many of a user's requests wait. */
  waiting(user: string): number {
    return this.#waiting.get(user)?.length ?? 0;
  }

  #schedule(): void {
    if (this.#isScheduled || this.#waiting.size === 0) return;
    this.#isScheduled = true;
    const now = this.#world.clock.monotonicMs();
    let fromMs = Number.POSITIVE_INFINITY;
    for (const user of this.#waiting.keys()) fromMs = Math.min(fromMs, this.#solventAtMs(user));
    const waitMs = Math.max(fromMs, this.#restsUntilMs) - now;
    if (waitMs < TIMER_MS) setImmediate(() => this.#next());
    else this.#world.timers.after(Math.min(waitMs, LOOK_MS), () => this.#next());
  }

  #next(): void {
    this.#isScheduled = false;
    const now = this.#world.clock.monotonicMs() + TIMER_MS;
    const turn =
      this.#restsUntilMs > now ? undefined : [...this.#waiting].find(([user]) => this.#solventAtMs(user) <= now);
    if (turn !== undefined) this.#take(...turn);
    this.#schedule();
  }

  #take(user: string, steps: (() => void)[]): void {
    const step = steps.shift();
    // To the end of the row.
    this.#waiting.delete(user);
    if (steps.length > 0) this.#waiting.set(user, steps);
    // By the processor's time: who is kept from it by other programs holds up nobody.
    const { clock } = this.#world;
    const began = clock.cpuMs();
    step?.();
    const ms = clock.cpuMs() - began;
    this.rest(ms);
    if (ms > this.#limits.shortMs) this.#charge(user, ms - this.#limits.shortMs);
  }

  #charge(user: string, ms: number): void {
    const { share, burstMs } = this.#limits;
    const atMs = this.#world.clock.monotonicMs();
    for (const [other, { ms: left, atMs: since }] of this.#credits) {
      if (left + (atMs - since) * share >= burstMs) this.#credits.delete(other);
    }
    const { ms: left, atMs: since } = this.#credits.get(user) ?? { ms: burstMs, atMs };
    this.#credits.set(user, { ms: left + (atMs - since) * share - ms, atMs });
  }

  /** When a user's long holds are paid for. */
  #solventAtMs(user: string): number {
    const { ms, atMs } = this.#credits.get(user) ?? NOTHING_OWED;
    return ms >= 0 ? 0 : atMs - ms / this.#limits.share;
  }
}

interface Credit {
  readonly ms: number;
  readonly atMs: number;
}
const NOTHING_OWED: Credit = { ms: 0, atMs: 0 };
