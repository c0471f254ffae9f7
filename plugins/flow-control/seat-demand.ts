import { DEMAND_DECAY } from './limits.ts';

/** What was asked for over a while, in seats. */
export interface DemandSeen {
  readonly average: number;
  readonly deviation: number;
  readonly highest: number;
}

/** How many seats a level could use, over time. */
export class SeatDemand {
  #value = 0;
  #highest = 0;
  #lastMs: number;
  #passedMs = 0;
  #integral = 0;
  #squares = 0;

  constructor(nowMs: number) {
    this.#lastMs = nowMs;
  }

  set(value: number, nowMs: number): void {
    this.#advance(nowMs);
    this.#value = value;
    if (value > this.#highest) this.#highest = value;
  }

  /**
   * What was seen since the last time this was asked; `undefined` where no time has passed. `isLate`: that was longer
   * ago than anybody wants to know the highest of, and nothing new has come since.
   */
  take(nowMs: number, isLate = false): { readonly highest: number; readonly seen: DemandSeen | undefined } {
    this.#advance(nowMs);
    if (isLate) this.#highest = this.#value;
    const { highest, average, deviation } = this.#seen();
    const seen = this.#passedMs > 0 ? { highest, average, deviation } : undefined;
    this.#passedMs = 0;
    this.#integral = 0;
    this.#squares = 0;
    this.#highest = this.#value;
    return { highest, seen };
  }

  #seen(): DemandSeen {
    const average = this.#integral / this.#passedMs;
    // Rounding may make it a little less than nothing.
    const variance = Math.max(0, this.#squares / this.#passedMs - average * average);
    return { average, deviation: Math.sqrt(variance), highest: this.#highest };
  }

  #advance(nowMs: number): void {
    const passedMs = nowMs - this.#lastMs;
    this.#lastMs = nowMs;
    this.#passedMs += passedMs;
    this.#integral += this.#value * passedMs;
    this.#squares += this.#value * this.#value * passedMs;
  }
}

/** Follows demand up at once and down slowly, as over so many periods of which only the whole is known. */
export function smoothedDemand(before: number, { average, deviation }: DemandSeen, periods: number): number {
  const envelope = average + deviation;
  const stays = DEMAND_DECAY ** periods;
  return Math.max(envelope, stays * before + (1 - stays) * envelope);
}
