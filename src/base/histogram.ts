/** Counts values by how large they are, as Prometheus does: each bound's count includes those of the bounds below. */
export class Histogram {
  readonly bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;
  #count = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.#counts = bounds.map(() => 0);
  }

  /** `count` bounds, each `factor` times the one before. */
  static exponential(start: number, factor: number, count: number): Histogram {
    return new Histogram(Array.from({ length: count }, (_, index) => start * factor ** index));
  }

  get sum(): number {
    return this.#sum;
  }
  get count(): number {
    return this.#count;
  }

  observe(value: number): void {
    this.#sum += value;
    this.#count += 1;
    const index = this.bounds.findIndex(bound => value <= bound);
    if (index >= 0) this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }

  /** How many were no larger than each bound; the last, `+Inf`, is all. */
  cumulative(): readonly (readonly [bound: string, count: number])[] {
    let total = 0;
    const counts = this.bounds.map((bound, index): [string, number] => {
      total += this.#counts[index] ?? 0;
      return [String(bound), total];
    });
    return [...counts, ['+Inf', this.#count]];
  }
}
