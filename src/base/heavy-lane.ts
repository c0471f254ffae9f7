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

/** A third of the loop at most; one in two hundred of others' requests meets a long hold. */
export const LANE_LIMITS: LaneLimits = { rest: 2, shortMs: 3, share: 0.005, burstMs: 100 };

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
  /** In the order of their turns; none without a step that waits. */
  readonly #rows = new Map<string, Row>();
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
    return this.#enter({ user, isShort: false }, step);
  }

  /** The same for one that is known to be short: what the user owes for long ones does not delay it. */
  runShort<T>(user: string, step: () => T): Promise<T> {
    return this.#enter({ user, isShort: true }, step);
  }

  /** Heavy work was done elsewhere than in a step: others have the loop for a while. */
  rest(workedMs: number): void {
    const from = Math.max(this.#restsUntilMs, this.#world.clock.monotonicMs());
    this.#restsUntilMs = from + workedMs * this.#limits.rest;
  }

  #enter<T>({ user, isShort }: Omit<Row, 'steps'>, step: () => T): Promise<T> {
    const key = `${isShort ? 'short' : 'any'} ${user}`;
    return new Promise((resolve, reject) => {
      const row = this.#rows.get(key) ?? { user, isShort, steps: [] };
      this.#rows.set(key, row);
      row.steps.push(() => {
        try {
          resolve(step());
        } catch (error) {
          reject(error);
        }
      });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isScheduled || this.#rows.size === 0) return;
    this.#isScheduled = true;
    const now = this.#world.clock.monotonicMs();
    let fromMs = Number.POSITIVE_INFINITY;
    for (const row of this.#rows.values()) fromMs = Math.min(fromMs, this.#mayGoAtMs(row));
    const waitMs = Math.max(fromMs, this.#restsUntilMs) - now;
    if (waitMs < TIMER_MS) setImmediate(() => this.#next());
    else this.#world.timers.after(Math.min(waitMs, LOOK_MS), () => this.#next());
  }

  #next(): void {
    this.#isScheduled = false;
    const now = this.#world.clock.monotonicMs() + TIMER_MS;
    const turn = this.#restsUntilMs > now ? undefined : [...this.#rows].find(([, row]) => this.#mayGoAtMs(row) <= now);
    if (turn !== undefined) this.#take(...turn);
    this.#schedule();
  }

  #take(key: string, row: Row): void {
    const step = row.steps.shift();
    // To the end of the row.
    this.#rows.delete(key);
    if (row.steps.length > 0) this.#rows.set(key, row);
    // By the processor's time: who is kept from it by other programs holds up nobody.
    const { clock } = this.#world;
    const began = clock.cpuMs();
    step?.();
    const ms = clock.cpuMs() - began;
    this.rest(ms);
    if (ms > this.#limits.shortMs) this.#charge(row.user, ms - this.#limits.shortMs);
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

  /** When long holds of who waits are paid for. */
  #mayGoAtMs({ user, isShort }: Row): number {
    const { ms, atMs } = this.#credits.get(user) ?? NOTHING_OWED;
    return isShort || ms >= 0 ? 0 : atMs - ms / this.#limits.share;
  }
}

/** Steps of one user that wait. */
interface Row {
  readonly user: string;
  readonly isShort: boolean;
  readonly steps: (() => void)[];
}

interface Credit {
  readonly ms: number;
  readonly atMs: number;
}
const NOTHING_OWED: Credit = { ms: 0, atMs: 0 };
