/** Thrown through an evaluation that costs more than it may, and caught where it began. */
export class BudgetExceeded extends Error {
  readonly code = 'BudgetExceeded';

  constructor() {
    super('operation cancelled: actual cost limit exceeded');
    this.name = 'BudgetExceeded';
  }
}

/**
 * What one evaluation costs, counted as upstream counts it: the same expression over the same values costs the
 * same on any machine. Operations are charged before they are done.
 */
export class Meter {
  readonly #limit: number;
  #cost = 0;
  #steps = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get cost(): number {
    return this.#cost;
  }

  charge(cost: number): void {
    this.#cost += cost;
    if (this.#cost > this.#limit) throw new BudgetExceeded();
  }

  refund(cost: number): void {
    this.#cost -= cost;
  }

  /** Work that the cost does not tell of, such as comparing what is nested: bounded all the same. */
  step(count: number): void {
    this.#steps += count;
    if (this.#steps > MAX_STEPS) throw new BudgetExceeded();
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
