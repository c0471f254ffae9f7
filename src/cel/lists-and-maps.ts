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

/** Items that are made when they are asked for. */
export class MadeList extends CelList {
  readonly #make: (index: number) => CelResult;
  readonly size: number;

  constructor(size: number, make: (index: number) => CelResult) {
    super();
    this.size = size;
    this.#make = make;
  }

  at(index: number): CelResult {
    return this.#make(index);
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
    for (let index = 0; index < items.size; index += 1) this.#items.push(items.at(index));
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

/** What maps are keyed by: the same for keys that are equal, as whole numbers are whatever their type. */
export type Key = string | bigint | boolean;

export function keyOf(key: CelValue): Key | undefined {
  if (typeof key === 'string' || typeof key === 'bigint' || typeof key === 'boolean') return key;
  if (key instanceof CelUint) return key.value;
  return typeof key === 'number' && Number.isInteger(key) ? BigInt(key) : undefined;
}

type Entries = ReadonlyMap<Key, readonly [CelValue, CelResult]>;

export class EntryMap extends CelMap {
  readonly #entries: Entries;

  constructor(entries: Entries) {
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
  readonly #entries = new Map<Key, readonly [CelValue, CelResult]>();

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
