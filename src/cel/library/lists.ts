import { func, member, plain, type CelFunction } from '../cel-function.ts';
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  STRING,
  TIMESTAMP,
  UINT,
  listOf,
  typeParam,
  type Typed,
} from '../cel-type.ts';
import { CelDuration, CelError, CelList, CelUint, type CelResult, type CelValue } from '../cel-value.ts';
import { ItemList, keyOf } from '../collections.ts';
import { compare, isEqual } from '../equals.ts';
import type { Meter } from '../meter.ts';
import { typeOfValue } from '../type-of-value.ts';
import { int, uint } from './operators.ts';

const T = typeParam('T');
const LIST_T = listOf(T);

const COMPARABLE: readonly (readonly [string, Typed<CelValue>])[] = [
  ['int', INT],
  ['uint', UINT],
  ['double', DOUBLE],
  ['bool', BOOL],
  ['duration', DURATION],
  ['timestamp', TIMESTAMP],
  ['string', STRING],
  ['bytes', BYTES],
];

function isSorted(list: CelList): CelResult {
  let before: CelResult | undefined;
  for (const item of list) {
    if (item instanceof CelError) return item;
    const order = before === undefined || before instanceof CelError ? -1 : compare(before, item);
    if (order instanceof CelError) return order;
    if (order > 0) return false;
    before = item;
  }
  return true;
}

function extreme(list: CelList, name: string, isBetter: (order: number) => boolean): CelResult {
  let best: CelValue | undefined;
  for (const item of list) {
    if (item instanceof CelError) return item;
    const order = best === undefined ? undefined : compare(item, best);
    if (order instanceof CelError) return order;
    if (order === undefined || isBetter(order)) best = item;
  }
  return best ?? new CelError(`${name} called on empty list`);
}

/** Of one kind of values, added to what none of them come to. */
const sum = (id: string, type: Typed<CelValue>, zero: CelValue, add: (a: CelValue, b: CelValue) => CelResult) =>
  member(`list_${id}_sum_${id}`, [listOf(type)], type, ([list]): CelResult => {
    let total: CelValue = zero;
    for (const item of list) {
      if (item instanceof CelError) return item;
      const next = add(total, item);
      if (next instanceof CelError) return next;
      total = next;
    }
    return total;
  });

const NO_OVERLOAD = new CelError('no such overload');

const SUM = func(
  'sum',
  sum('int', INT, 0n, (a, b) => (typeof a === 'bigint' && typeof b === 'bigint' ? int(a + b) : NO_OVERLOAD)),
  sum('uint', UINT, new CelUint(0n), (a, b) =>
    a instanceof CelUint && b instanceof CelUint ? uint(a.value + b.value) : NO_OVERLOAD,
  ),
  sum('double', DOUBLE, 0, (a, b) => (typeof a === 'number' && typeof b === 'number' ? a + b : NO_OVERLOAD)),
  sum('duration', DURATION, new CelDuration(0n), (a, b) =>
    a instanceof CelDuration && b instanceof CelDuration ? new CelDuration(a.nanoseconds + b.nanoseconds) : NO_OVERLOAD,
  ),
);

function place(list: CelList, item: CelValue, meter: Meter, isLast: boolean): bigint {
  for (let count = 0; count < list.size; count += 1) {
    const index = isLast ? list.size - 1 - count : count;
    meter.step(1);
    if (isEqual(list.at(index), item, meter) === true) return BigInt(index);
  }
  return -1n;
}

function slice(list: CelList, start: bigint, end: bigint): CelResult {
  const call = `cannot slice(${start}, ${end})`;
  if (start < 0n || end < 0n) return new CelError(`${call}, negative indexes not supported`);
  if (start > end) return new CelError(`${call}, start index must be less than or equal to end index`);
  if (end > BigInt(list.size)) return new CelError(`${call}, list is length ${list.size}`);
  return new ItemList(Array.from({ length: Number(end - start) }, (_, index) => list.at(Number(start) + index)));
}

function flatten(list: CelList, depth: bigint, meter: Meter): CelResult {
  if (depth < 0n) return new CelError('level must be non-negative');
  const items: CelResult[] = [];
  const walk = (part: CelList, levels: bigint): void => {
    for (const item of part) {
      meter.step(1);
      if (item instanceof CelList && levels > 0n) walk(item, levels - 1n);
      else items.push(item);
    }
  };
  walk(list, depth);
  return new ItemList(items);
}

function distinct(list: CelList, meter: Meter): CelResult {
  const seen = new Set<string>();
  const others: CelResult[] = [];
  const kept = [...list].filter(item => {
    meter.step(1);
    const key = item instanceof CelError || typeof item === 'number' ? undefined : keyOf(item);
    if (key !== undefined) return !seen.has(key) && seen.add(key) !== undefined;
    const isKnown = others.some(other => {
      meter.step(1);
      return isEqual(other, item, meter) === true;
    });
    if (!isKnown) others.push(item);
    return !isKnown;
  });
  return new ItemList(kept);
}

/** `list` in the order that `keys` come in when they are sorted. */
function sortBy(list: CelList, keys: CelList, meter: Meter): CelResult {
  if (list.size !== keys.size) {
    const sizes = `${list.size} and ${keys.size} elements respectively`;
    return new CelError(
      `@sortByAssociatedKeys() expected a list of the same size as the associated keys list, but got ${sizes}`,
    );
  }
  meter.step(keys.size * Math.ceil(Math.log2(keys.size + 1)));
  const read = [...keys];
  const [first] = read;
  for (const key of read) {
    if (key instanceof CelError) return key;
    if (compare(key, key) instanceof CelError && !Number.isNaN(key))
      return new CelError('list elements must be comparable');
    if (first !== undefined && !(first instanceof CelError) && typeOfValue(key).kind !== typeOfValue(first).kind)
      return new CelError('list elements must have the same type');
  }
  const order = read
    .map((_, index) => index)
    .toSorted((a, b) => {
      const found = compare(read[a] as CelValue, read[b] as CelValue);
      return found instanceof CelError ? 0 : found;
    });
  return new ItemList(order.map(index => list.at(index)));
}

const MAX_RANGE = 1_000_000n;

function range(count: bigint): CelResult {
  if (count > MAX_RANGE) return new CelError(`lists.range(${count}) is too long`);
  return new ItemList(Array.from({ length: Math.max(0, Number(count)) }, (_, index) => BigInt(index)));
}

export const LIST_FUNCTIONS: readonly CelFunction[] = [
  func(
    'isSorted',
    ...COMPARABLE.map(([id, type]) =>
      member(`list_${id}_is_sorted_bool`, [listOf(type)], BOOL, ([list]) => isSorted(list)),
    ),
  ),
  SUM,
  func(
    'max',
    ...COMPARABLE.map(([id, type]) =>
      member(`list_${id}_max_${id}`, [listOf(type)], type, ([list]) => extreme(list, 'max', order => order > 0)),
    ),
  ),
  func(
    'min',
    ...COMPARABLE.map(([id, type]) =>
      member(`list_${id}_min_${id}`, [listOf(type)], type, ([list]) => extreme(list, 'min', order => order < 0)),
    ),
  ),
  func(
    'indexOf',
    member('list_a_index_of_int', [LIST_T, T], INT, ([list, item], meter) => place(list, item, meter, false)),
  ),
  func(
    'lastIndexOf',
    member('list_a_last_index_of_int', [LIST_T, T], INT, ([list, item], meter) => place(list, item, meter, true)),
  ),
  func(
    'slice',
    member('list_slice', [LIST_T, INT, INT], LIST_T, ([list, start, end]) => slice(list, start, end)),
  ),
  func(
    'flatten',
    member('list_flatten', [listOf(LIST_T)], LIST_T, ([list], meter) => flatten(list, 1n, meter)),
    member('list_flatten_int', [listOf(DYN), INT], listOf(DYN), ([list, depth], meter) => flatten(list, depth, meter)),
  ),
  func(
    'sort',
    ...COMPARABLE.map(([, type]) =>
      member(`list_${type.name}_sort`, [listOf(type)], listOf(type), ([list], meter) => sortBy(list, list, meter)),
    ),
  ),
  func(
    '@sortByAssociatedKeys',
    ...COMPARABLE.map(([, type]) =>
      member(`list_${type.name}_sortByAssociatedKeys`, [LIST_T, listOf(type)], LIST_T, ([list, keys], meter) =>
        sortBy(list, keys, meter),
      ),
    ),
  ),
  func(
    'lists.range',
    plain('lists_range', [INT], listOf(INT), ([count]) => range(count)),
  ),
  func(
    'reverse',
    member('list_reverse', [LIST_T], LIST_T, ([list]) => new ItemList([...list].toReversed())),
  ),
  func(
    'distinct',
    member('list_distinct', [LIST_T], LIST_T, ([list], meter) => distinct(list, meter)),
  ),
];
