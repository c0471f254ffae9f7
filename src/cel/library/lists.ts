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
import { ItemList, MadeList, keyOf, type Key } from '../lists-and-maps.ts';
import { compare, placeOf } from '../equals.ts';
import { inSteps, type InSteps } from '../long-call.ts';
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

function* isSorted(list: CelList, meter: Meter): InSteps<CelResult> {
  let before: CelResult | undefined;
  for (let index = 0; index < list.size; index += 1) {
    const item = list.at(index);
    meter.strain(1);
    if (meter.isTired) yield undefined;
    if (item instanceof CelError) return item;
    const order = before === undefined || before instanceof CelError ? -1 : compare(before, item);
    if (order instanceof CelError) return order;
    if (order > 0) return false;
    before = item;
  }
  return true;
}

function* extreme(list: CelList, name: 'max' | 'min', meter: Meter): InSteps<CelResult> {
  let best: CelValue | undefined;
  for (let index = 0; index < list.size; index += 1) {
    const item = list.at(index);
    meter.strain(1);
    if (meter.isTired) yield undefined;
    if (item instanceof CelError) return item;
    const order = best === undefined ? undefined : compare(item, best);
    if (order instanceof CelError) return order;
    if (order === undefined || (name === 'max' ? order > 0 : order < 0)) best = item;
  }
  return best ?? new CelError(`${name} called on empty list`);
}

/** Of one kind of values, added to what none of them come to. */
const sum = (id: string, type: Typed<CelValue>, zero: CelValue, add: (a: CelValue, b: CelValue) => CelResult) =>
  member(
    `list_${id}_sum_${id}`,
    [listOf(type)],
    type,
    inSteps(function* ([list], meter) {
      let total: CelValue = zero;
      for (let index = 0; index < list.size; index += 1) {
        meter.strain(1);
        if (meter.isTired) yield undefined;
        const item = list.at(index);
        if (item instanceof CelError) return item;
        const next = add(total, item);
        if (next instanceof CelError) return next;
        total = next;
      }
      return total;
    }),
  );

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

function* place(list: CelList, item: CelValue, meter: Meter, isLast: boolean): InSteps<CelResult> {
  return BigInt(yield* placeOf(item, list, meter, isLast));
}

function slice(list: CelList, start: bigint, end: bigint): CelResult {
  const call = `cannot slice(${start}, ${end})`;
  if (start < 0n || end < 0n) return new CelError(`${call}, negative indexes not supported`);
  if (start > end) return new CelError(`${call}, start index must be less than or equal to end index`);
  if (end > BigInt(list.size)) return new CelError(`${call}, list is length ${list.size}`);
  const first = Number(start);
  return new MadeList(Number(end) - first, index => list.at(first + index));
}

function* flatten(list: CelList, depth: bigint, meter: Meter): InSteps<CelResult> {
  if (depth < 0n) return new CelError('level must be non-negative');
  const items: CelResult[] = [];
  yield* gather(list, depth, items, meter);
  return new ItemList(items);
}

function* gather(list: CelList, depth: bigint, into: CelResult[], meter: Meter): InSteps<void> {
  for (let index = 0; index < list.size; index += 1) {
    meter.step(1);
    if (meter.isTired) yield undefined;
    const item = list.at(index);
    if (item instanceof CelList && depth > 0n) yield* gather(item, depth - 1n, into, meter);
    else into.push(item);
  }
}

function* distinct(list: CelList, meter: Meter): InSteps<CelResult> {
  const seen = new Set<Key>();
  const others: CelResult[] = [];
  const kept: CelResult[] = [];
  const known = new ItemList(others);
  for (let index = 0; index < list.size; index += 1) {
    meter.step(1);
    if (meter.isTired) yield undefined;
    const item = list.at(index);
    const key = item instanceof CelError || typeof item === 'number' ? undefined : keyOf(item);
    if (key === undefined ? (yield* placeOf(item, known, meter)) >= 0 : seen.has(key)) continue;
    if (key === undefined) others.push(item);
    else seen.add(key);
    kept.push(item);
  }
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
  return new MadeList(Math.max(0, Number(count)), BigInt);
}

export const LIST_FUNCTIONS: readonly CelFunction[] = [
  func(
    'isSorted',
    ...COMPARABLE.map(([id, type]) =>
      member(
        `list_${id}_is_sorted_bool`,
        [listOf(type)],
        BOOL,
        inSteps(([list], meter) => isSorted(list, meter)),
      ),
    ),
  ),
  SUM,
  func(
    'max',
    ...COMPARABLE.map(([id, type]) =>
      member(
        `list_${id}_max_${id}`,
        [listOf(type)],
        type,
        inSteps(([list], meter) => extreme(list, 'max', meter)),
      ),
    ),
  ),
  func(
    'min',
    ...COMPARABLE.map(([id, type]) =>
      member(
        `list_${id}_min_${id}`,
        [listOf(type)],
        type,
        inSteps(([list], meter) => extreme(list, 'min', meter)),
      ),
    ),
  ),
  func(
    'indexOf',
    member(
      'list_a_index_of_int',
      [LIST_T, T],
      INT,
      inSteps(([list, item], meter) => place(list, item, meter, false)),
    ),
  ),
  func(
    'lastIndexOf',
    member(
      'list_a_last_index_of_int',
      [LIST_T, T],
      INT,
      inSteps(([list, item], meter) => place(list, item, meter, true)),
    ),
  ),
  func(
    'slice',
    member('list_slice', [LIST_T, INT, INT], LIST_T, ([list, start, end]) => slice(list, start, end)),
  ),
  func(
    'flatten',
    member(
      'list_flatten',
      [listOf(LIST_T)],
      LIST_T,
      inSteps(([list], meter) => flatten(list, 1n, meter)),
    ),
    member(
      'list_flatten_int',
      [listOf(DYN), INT],
      listOf(DYN),
      inSteps(([list, depth], meter) => flatten(list, depth, meter)),
    ),
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
    member(
      'list_reverse',
      [LIST_T],
      LIST_T,
      ([list]) => new MadeList(list.size, index => list.at(list.size - 1 - index)),
    ),
  ),
  func(
    'distinct',
    member(
      'list_distinct',
      [LIST_T],
      LIST_T,
      inSteps(([list], meter) => distinct(list, meter)),
    ),
  ),
];
