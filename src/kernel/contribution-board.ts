/** Takes what was contributed to a point; what it answers is disposed when those items are withdrawn. */
export type Follower = (items: readonly unknown[]) => Disposable | undefined;

interface Point {
  /** The same array for good: whoever collected it sees it change. */
  readonly items: unknown[];
  readonly batches: Set<readonly unknown[]>;
  readonly followers: Map<Follower, Map<readonly unknown[], Disposable | undefined>>;
}

/** What plugins have contributed to one another, by point. */
export class ContributionBoard {
  readonly #points = new Map<string, Point>();

  items(id: string): readonly unknown[] {
    return this.#point(id).items;
  }

  add(id: string, batch: readonly unknown[]): Disposable {
    const point = this.#point(id);
    // A batch of its own even where the same items are contributed twice.
    const items = [...batch];
    point.batches.add(items);
    point.items.push(...items);
    for (const [follower, held] of point.followers) held.set(items, follower(items));
    return { [Symbol.dispose]: () => this.#withdraw(point, items) };
  }

  /** Tells `follower` what is there, at once, and whatever comes; disposing lets go of all it was told. */
  follow(id: string, follower: Follower): Disposable {
    const point = this.#point(id);
    const held = new Map<readonly unknown[], Disposable | undefined>();
    point.followers.set(follower, held);
    for (const items of point.batches) held.set(items, follower(items));
    return {
      [Symbol.dispose]: () => {
        point.followers.delete(follower);
        for (const each of held.values()) each?.[Symbol.dispose]();
      },
    };
  }

  #withdraw(point: Point, items: readonly unknown[]): void {
    if (!point.batches.delete(items)) return;
    const gone = new Set(items);
    point.items.splice(0, point.items.length, ...point.items.filter(item => !gone.has(item)));
    for (const held of point.followers.values()) {
      held.get(items)?.[Symbol.dispose]();
      held.delete(items);
    }
  }

  #point(id: string): Point {
    let point = this.#points.get(id);
    if (point === undefined) this.#points.set(id, (point = { items: [], batches: new Set(), followers: new Map() }));
    return point;
  }
}
