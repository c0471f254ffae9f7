/** Thrown through an evaluation that costs more than it may, and caught where it began. */
export class BudgetExceeded extends Error {
  readonly code = 'BudgetExceeded';

  constructor() {
    super('operation cancelled: actual cost limit exceeded');
    this.name = 'BudgetExceeded';
  }
}

/** What a part of an evaluation came to: its cost, its steps, and other work. */
export interface Spent {
  readonly cost: number;
  readonly steps: number;
  readonly strain: number;
}

export const NOTHING_SPENT: Spent = { cost: 0, steps: 0, strain: 0 };

/**
 * What one evaluation costs, counted as upstream counts it: the same expression over the same values costs the
 * same on any machine. Operations are charged before they are done.
 */
export class Meter {
  readonly #limit: number;
  #cost = 0;
  #steps = 0;
  #strain = 0;
  #restsAt = Number.POSITIVE_INFINITY;
  /** No limit is reached before so much more was counted, whatever it is. */
  #left: number;
  /** So much was done that others should have the processor. */
  isTired = false;

  constructor(limit: number) {
    this.#limit = limit;
    this.#left = limit;
  }

  get cost(): number {
    return this.#cost;
  }

  charge(cost: number): void {
    this.#cost += cost;
    this.#left -= cost;
    if (this.#left < 0) this.#look();
  }

  refund(cost: number): void {
    this.#cost -= cost;
  }

  /** Work that the cost does not tell of, such as comparing what is nested: bounded all the same. */
  step(count: number): void {
    this.#steps += count;
    this.#left -= count;
    if (this.#left < 0) this.#look();
  }

  /** Work that the cost bounds, and that takes longer than it tells: it only makes for earlier rests. */
  strain(count: number): void {
    this.#strain += count;
    this.#left -= count;
    if (this.#left < 0) this.#look();
  }

  /** All that was done so far, the same on any machine as well. */
  get work(): number {
    return this.#cost + this.#steps + this.#strain;
  }

  restAt(work: number): void {
    this.#restsAt = work;
    this.#look();
  }

  get spent(): Spent {
    return { cost: this.#cost, steps: this.#steps, strain: this.#strain };
  }

  since({ cost, steps, strain }: Spent): Spent {
    return { cost: this.#cost - cost, steps: this.#steps - steps, strain: this.#strain - strain };
  }

  /** What was spent before a rest, and is not done again. */
  count({ cost, steps, strain }: Spent): void {
    this.#cost += cost;
    this.#steps += steps;
    this.#strain += strain;
    this.#look();
  }

  /** From the start, to find the place where it rested. */
  rewind(): void {
    this.#cost = 0;
    this.#steps = 0;
    this.#strain = 0;
    this.#look();
  }

  #look(): void {
    const costLeft = this.#limit - this.#cost;
    const stepsLeft = MAX_STEPS - this.#steps;
    if (costLeft < 0 || stepsLeft < 0) throw new BudgetExceeded();
    const workLeft = this.#restsAt - this.work;
    this.isTired = workLeft < 0;
    this.#left = Math.min(costLeft, stepsLeft, this.isTired ? Number.POSITIVE_INFINITY : workLeft);
  }
}

const MAX_STEPS = 1_000_000;
/** Steps of what takes longer than its cost tells: reading an address, asking for a time zone. */
export const SLOW_CALL = 50;
/** Going through a text costs steps too, where its cost does not tell of its length. */
export const CHARACTERS_A_STEP = 64;

/** Going through a text once costs a tenth of its length. */
export const TRAVERSAL = 0.1;
/** A regular expression costs a quarter of its length for each character it is applied to. */
export const REGEX = 0.25;
export const LIST_COST = 10;
export const MAP_COST = 30;
export const OBJECT_COST = 40;
