/** Named measurements in milliseconds, told as median, tenth and ninetieth percent. */
export class Samples {
  readonly #lists = new Map<string, number[]>();

  add(name: string, ms: number): void {
    const list = this.#lists.get(name);
    if (list === undefined) this.#lists.set(name, [ms]);
    else list.push(ms);
  }

  async measure<T>(name: string, run: () => Promise<T> | T): Promise<T> {
    const began = performance.now();
    const result = await run();
    this.add(name, performance.now() - began);
    return result;
  }

  at(name: string, part: number): number {
    const sorted = (this.#lists.get(name) ?? []).toSorted((one, other) => one - other);
    return sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN;
  }

  median(name: string): number {
    return this.at(name, 0.5);
  }

  mean(name: string): number {
    const list = this.#lists.get(name) ?? [];
    return list.reduce((sum, each) => sum + each, 0) / list.length;
  }

  has(name: string): boolean {
    return this.#lists.has(name);
  }

  print(): void {
    for (const name of this.#lists.keys()) {
      const [low, middle, high] = [0.1, 0.5, 0.9].map(part => this.at(name, part).toFixed(2).padStart(7));
      console.log(`${name.padEnd(44)} ${middle}   (${low} ..${high})`);
    }
  }
}
