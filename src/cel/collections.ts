import { CelError, CelList, CelMap, CelUint, type CelResult, type CelValue } from './cel-value.ts';

export class ItemList extends CelList {
  readonly items: readonly CelResult[];

  constructor(items: readonly CelResult[]) {
    super();
    this.items = items;
  }

  get size(): number {
    return this.items.length;
  }

  at(index: number): CelResult {
    return this.items[index] ?? null;
  }
}

/** Grows in place while a comprehension makes it; nothing else may see it before `sealed`. */
export class GrowingList extends CelList {
  readonly #items: CelResult[] = [];

  get size(): number {
    return this.#items.length;
  }

  at(index: number): CelResult {
    return this.#items[index] ?? null;
  }

  push(items: CelList): this {
    for (const item of items) this.#items.push(item);
    return this;
  }

  sealed(): CelList {
    return new ItemList(this.#items);
  }
}

/** Two lists in a row, not copied: joining costs the same however long they are. */
export class JoinedList extends CelList {
  readonly #first: CelList;
  readonly #second: CelList;
  readonly size: number;

  constructor(first: CelList, second: CelList) {
    super();
    this.#first = first;
    this.#second = second;
    this.size = first.size + second.size;
  }

  at(index: number): CelResult {
    let [list, place] = this.#part(index);
    while (list instanceof JoinedList) [list, place] = list.#part(place);
    return list.at(place);
  }

  #part(index: number): [CelList, number] {
    const before = this.#first.size;
    return index < before ? [this.#first, index] : [this.#second, index - before];
  }
}

/** The same for keys that are equal: whole numbers are, whatever their type. */
export function keyOf(key: CelValue): string | undefined {
  if (typeof key === 'string') return `s${key}`;
  if (typeof key === 'bigint') return `n${key}`;
  if (key instanceof CelUint) return `n${key.value}`;
  if (typeof key === 'boolean') return key ? 'true' : 'false';
  return typeof key === 'number' && Number.isInteger(key) ? `n${BigInt(key)}` : undefined;
}

export class EntryMap extends CelMap {
  readonly #entries: ReadonlyMap<string, readonly [CelValue, CelResult]>;

  constructor(entries: ReadonlyMap<string, readonly [CelValue, CelResult]>) {
    super();
    this.#entries = entries;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: CelValue): CelResult | undefined {
    const name = keyOf(key);
    return name === undefined ? undefined : this.#entries.get(name)?.[1];
  }

  keys(): readonly CelValue[] {
    return [...this.#entries.values()].map(([key]) => key);
  }
}

/** Grows in place while a comprehension makes it, as `GrowingList`. */
export class GrowingMap extends CelMap {
  readonly #entries = new Map<string, readonly [CelValue, CelResult]>();

  get size(): number {
    return this.#entries.size;
  }

  get(key: CelValue): CelResult | undefined {
    return this.#entries.get(keyOf(key) ?? '')?.[1];
  }

  keys(): readonly CelValue[] {
    return [...this.#entries.values()].map(([key]) => key);
  }

  /** An error where the key is there, or can be none. */
  insert(key: CelValue, value: CelResult): CelError | this {
    const name = isKey(key) ? keyOf(key) : undefined;
    if (name === undefined) return new CelError('unsupported key type');
    if (this.#entries.has(name)) return new CelError(`insert failed: key ${String(plainKey(key))} already exists`);
    this.#entries.set(name, [key, value]);
    return this;
  }

  sealed(): CelMap {
    return new EntryMap(this.#entries);
  }
}

/** Doubles are compared with keys, but are none themselves. */
export const isKey = (value: CelValue): boolean =>
  typeof value === 'string' || typeof value === 'bigint' || typeof value === 'boolean' || value instanceof CelUint;

export const plainKey = (key: CelValue): unknown => (key instanceof CelUint ? key.value : key);
