import { compareUtf8 } from './compare-utf8.ts';
import { must } from './must.ts';

/**
 * An immutable map from strings to `V` in byte order of the keys. A change copies one path of the tree
 * and shares the rest, so every older version stays whole and costs only what differs. Branches know
 * how many entries are below them: counting and paging take O(log n).
 */
export class OrderedMap<V> {
  readonly #root: Node<V>;

  private constructor(root: Node<V>) {
    this.#root = root;
  }

  static empty<V>(): OrderedMap<V> {
    return new OrderedMap<V>({ keys: [], values: [] });
  }

  /** In O(n), from keys that already are in byte order and differ from each other. */
  static fromSorted<V>(keys: readonly string[], values: readonly V[]): OrderedMap<V> {
    let level: Node<V>[] = [];
    for (let from = 0; from < keys.length; from += FILL) {
      level.push({ keys: keys.slice(from, from + FILL), values: values.slice(from, from + FILL) });
    }
    while (level.length > 1) {
      const above: Node<V>[] = [];
      for (let from = 0; from < level.length; from += FILL) above.push(branch(level.slice(from, from + FILL)));
      level = above;
    }
    const [root] = level;
    return root === undefined ? OrderedMap.empty() : new OrderedMap(root);
  }

  get size(): number {
    return sizeOf(this.#root);
  }

  get(key: string): V | undefined {
    const isBefore = orderFor(key);
    let node = this.#root;
    while ('children' in node) node = childAt(node, childIndex(node, key, isBefore));
    const index = lowerBound(node.keys, key, isBefore);
    return node.keys[index] === key ? node.values[index] : undefined;
  }

  set(key: string, value: V): OrderedMap<V> {
    const parts = setIn(this.#root, key, value, orderFor(key));
    const [only] = parts;
    return new OrderedMap(parts.length === 1 && only !== undefined ? only : branch(parts));
  }

  delete(key: string): OrderedMap<V> {
    const root = deleteIn(this.#root, key, orderFor(key));
    if (root === this.#root) return this;
    let top = root;
    while ('children' in top && top.children.length === 1) top = childAt(top, 0);
    return new OrderedMap(top);
  }

  /** How many keys come first for which `isBefore` holds; it must hold for a run of smallest keys. */
  rank(isBefore: (key: string) => boolean): number {
    let node = this.#root;
    let rank = 0;
    while ('children' in node) {
      let index = 1;
      while (index < node.children.length && isBefore(must(node.keys[index], 'a child has a key'))) index++;
      for (let skipped = 0; skipped < index - 1; skipped++) rank += sizeOf(childAt(node, skipped));
      node = childAt(node, index - 1);
    }
    for (const key of node.keys) {
      if (!isBefore(key)) break;
      rank++;
    }
    return rank;
  }

  /** Values from position `from` up to, not including, position `to`. */
  slice(from: number, to: number): V[] {
    const values: V[] = [];
    collect(this.#root, from, to, values);
    return values;
  }
}

interface Leaf<V> {
  readonly keys: readonly string[];
  readonly values: readonly V[];
}
interface Branch<V> {
  /** A bound for each child: no key of the child is smaller, every key of the child before it is. */
  readonly keys: readonly string[];
  readonly children: readonly Node<V>[];
  readonly size: number;
}
type Node<V> = Leaf<V> | Branch<V>;

/** Widest node; about 32 is where copying a path is cheapest. */
const WIDTH = 32;
/** How full bulk loading leaves nodes, with room for later inserts. */
const FILL = 24;
/** A node narrower than this is joined with its neighbour. */
const NARROW = 8;

const sizeOf = <V>(node: Node<V>): number => ('children' in node ? node.size : node.keys.length);
const widthOf = <V>(node: Node<V>): number => node.keys.length;
const childAt = <V>(node: Branch<V>, index: number): Node<V> => must(node.children[index], 'a child is at its index');

function branch<V>(children: readonly Node<V>[]): Branch<V> {
  let size = 0;
  const keys: string[] = [];
  for (const child of children) {
    size += sizeOf(child);
    keys.push(child.keys[0] ?? '');
  }
  return { keys, children, size };
}

type Order = (a: string, b: string) => boolean;
const byBytes: Order = (a, b) => compareUtf8(a, b) < 0;
const byUnits: Order = (a, b) => a < b;
/** A key without these lies among any others by its code units as by its bytes, and units are compared at once. */
const UNLIKE_BYTES = /[\ud800-\uffff]/;
const orderFor = (key: string): Order => (UNLIKE_BYTES.test(key) ? byBytes : byUnits);

/** Index of the first key that is not smaller than `key`. */
function lowerBound(keys: readonly string[], key: string, isBefore: Order): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(must(keys[middle], 'within bounds'), key)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function childIndex<V>(node: Branch<V>, key: string, isBefore: Order): number {
  const index = lowerBound(node.keys, key, isBefore);
  return node.keys[index] === key ? index : Math.max(0, index - 1);
}

/** The node with the key set: one node, or two where it grew too wide. */
function setIn<V>(node: Node<V>, key: string, value: V, isBefore: Order): readonly Node<V>[] {
  if ('children' in node) {
    const index = childIndex(node, key, isBefore);
    const before = childAt(node, index);
    const parts = setIn(before, key, value, isBefore);
    const [only] = parts;
    if (only === undefined || parts.length > 1) return halves(node.children.toSpliced(index, 1, ...parts));
    return [withChild(node, index, only)];
  }
  const index = lowerBound(node.keys, key, isBefore);
  if (node.keys[index] === key) return [{ keys: node.keys, values: node.values.with(index, value) }];
  const keys = node.keys.toSpliced(index, 0, key);
  const values = node.values.toSpliced(index, 0, value);
  if (keys.length <= WIDTH) return [{ keys, values }];
  const middle = keys.length >>> 1;
  return [
    { keys: keys.slice(0, middle), values: values.slice(0, middle) },
    { keys: keys.slice(middle), values: values.slice(middle) },
  ];
}

function withChild<V>(node: Branch<V>, index: number, child: Node<V>): Branch<V> {
  const first = child.keys[0] ?? '';
  return {
    keys: node.keys[index] === first ? node.keys : node.keys.with(index, first),
    children: node.children.with(index, child),
    size: node.size + sizeOf(child) - sizeOf(childAt(node, index)),
  };
}

function halves<V>(children: readonly Node<V>[]): readonly Branch<V>[] {
  if (children.length <= WIDTH) return [branch(children)];
  const middle = children.length >>> 1;
  return [branch(children.slice(0, middle)), branch(children.slice(middle))];
}

/** The same node when it does not hold the key. */
function deleteIn<V>(node: Node<V>, key: string, isBefore: Order): Node<V> {
  if (!('children' in node)) {
    const index = lowerBound(node.keys, key, isBefore);
    if (node.keys[index] !== key) return node;
    return { keys: node.keys.toSpliced(index, 1), values: node.values.toSpliced(index, 1) };
  }
  const index = childIndex(node, key, isBefore);
  const before = childAt(node, index);
  const after = deleteIn(before, key, isBefore);
  if (after === before) return node;
  if (sizeOf(after) === 0) return node.children.length === 1 ? after : branch(node.children.toSpliced(index, 1));
  if (widthOf(after) >= NARROW || node.children.length === 1) return withChild(node, index, after);
  const left = index === 0 ? 0 : index - 1;
  const [one, other] = index === 0 ? [after, childAt(node, 1)] : [childAt(node, left), after];
  return branch(node.children.toSpliced(left, 2, ...joined(one, other)));
}

function joined<V>(one: Node<V>, other: Node<V>): readonly Node<V>[] {
  if ('children' in one && 'children' in other) return halves([...one.children, ...other.children]);
  if ('children' in one || 'children' in other) throw new Error('invariant broken: siblings are equally deep');
  const keys = [...one.keys, ...other.keys];
  const values = [...one.values, ...other.values];
  if (keys.length <= WIDTH) return [{ keys, values }];
  const middle = keys.length >>> 1;
  return [
    { keys: keys.slice(0, middle), values: values.slice(0, middle) },
    { keys: keys.slice(middle), values: values.slice(middle) },
  ];
}

function collect<V>(node: Node<V>, from: number, to: number, into: V[]): void {
  if (!('children' in node)) {
    for (let index = Math.max(0, from); index < Math.min(to, node.values.length); index++) {
      into.push(must(node.values[index], 'within bounds'));
    }
    return;
  }
  let start = 0;
  for (const child of node.children) {
    if (start >= to) return;
    const size = sizeOf(child);
    if (start + size > from) collect(child, from - start, to - start, into);
    start += size;
  }
}
