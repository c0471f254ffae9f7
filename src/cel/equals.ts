import { compareUtf8 } from '../base/compare-utf8.ts';
import {
  CelDuration,
  CelError,
  CelList,
  CelMap,
  CelOpaque,
  CelOptional,
  CelTimestamp,
  CelTypeValue,
  CelUint,
  type CelResult,
  type CelValue,
} from './cel-value.ts';
import type { InSteps } from './long-call.ts';
import type { Meter } from './meter.ts';

/** Whether values are equal: those of different types are just not, and numbers are by what they amount to. */
export function isEqual(a: CelResult, b: CelResult, meter: Meter): InSteps<boolean | CelError> {
  if (a instanceof CelList && b instanceof CelList) return areListsEqual(a, b, meter);
  if (a instanceof CelMap && b instanceof CelMap) return areMapsEqual(a, b, meter);
  return areOthersEqual(a, b, meter);
}

/** The same for what has no parts; undefined for lists, maps, and what may hold them. */
export function isEqualAtOnce(a: CelResult, b: CelResult): boolean | CelError | undefined {
  if (typeof a === 'string' || typeof a === 'boolean') return b instanceof CelError ? b : a === b;
  if (typeof a === 'bigint' && typeof b === 'bigint') return a === b;
  if (a instanceof CelError) return a;
  if (b instanceof CelError) return b;
  const [left, right] = [amountOf(a), amountOf(b)];
  if (left !== undefined || right !== undefined)
    return left !== undefined && right !== undefined && order(left, right) === 0;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (a instanceof CelMap) return b instanceof CelMap ? undefined : false;
  if (a instanceof CelList) return b instanceof CelList ? undefined : false;
  if (a instanceof CelOptional) return b instanceof CelOptional ? undefined : false;
  if (a instanceof CelOpaque) return b instanceof CelOpaque && a.equals(b);
  if (a instanceof CelTypeValue) return b instanceof CelTypeValue && isSameKind(a, b);
  if (a instanceof CelDuration) return b instanceof CelDuration && a.nanoseconds === b.nanoseconds;
  if (a instanceof CelTimestamp) return b instanceof CelTimestamp && a.nanoseconds === b.nanoseconds;
  return a instanceof Uint8Array && b instanceof Uint8Array && Buffer.compare(a, b) === 0;
}

const isSameKind = ({ type: a }: CelTypeValue, { type: b }: CelTypeValue): boolean =>
  a.kind === b.kind && a.name === b.name;

export function amountOf(value: CelResult): bigint | number | undefined {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  return value instanceof CelUint ? value.value : undefined;
}

/** An integer is compared with a double as the double that is nearest to it. NaN is equal to nothing. */
function order(a: bigint | number, b: bigint | number): number {
  const [left, right] = typeof a === typeof b ? [a, b] : [Number(a), Number(b)];
  return left < right ? -1 : left === right ? 0 : 1;
}

function* areOthersEqual(a: CelResult, b: CelResult, meter: Meter): InSteps<boolean | CelError> {
  if (!(a instanceof CelOptional) || !(b instanceof CelOptional)) return isEqualAtOnce(a, b) ?? false;
  if (a.value === undefined || b.value === undefined) return a.value === b.value;
  return yield* isEqual(a.value, b.value, meter);
}

function* areListsEqual(a: CelList, b: CelList, meter: Meter): InSteps<boolean | CelError> {
  const { keys, size } = a;
  if (size !== b.size) return false;
  if (keys !== undefined) return yield* areUnorderedEqual(a, b, keys, meter);
  for (let index = 0; index < size; index += 1) {
    meter.step(1);
    if (meter.isTired) yield undefined;
    const [x, y] = [a.at(index), b.at(index)];
    const same = isEqualAtOnce(x, y) ?? (yield* isEqual(x, y, meter));
    if (same !== true) return same;
  }
  return true;
}

/** Where in a list the first item is, or the last, that is equal to `item`; -1 where none is. */
export function* placeOf(item: CelResult, list: CelList, meter: Meter, isLast = false): InSteps<number> {
  const { size } = list;
  for (let count = 0; count < size; count += 1) {
    const place = isLast ? size - 1 - count : count;
    meter.step(1);
    if (meter.isTired) yield undefined;
    const other = list.at(place);
    if ((isEqualAtOnce(item, other) ?? (yield* isEqual(item, other, meter))) === true) return place;
  }
  return -1;
}

type ListKeys = NonNullable<CelList['keys']>;

/** Each item of one is in the other; those of a list with keys are then equal as a whole. */
function* areUnorderedEqual(a: CelList, b: CelList, keys: ListKeys, meter: Meter): InSteps<boolean> {
  for (let index = 0; index < a.size; index += 1) {
    const item = a.at(index);
    const place = yield* placeOfSame(item, b, keys, meter);
    if (place < 0 || (yield* isEqual(item, b.at(place), meter)) !== true) return false;
  }
  return true;
}

/** Where the item of a list is that stands for the same one as `item`; -1 where none does. */
export function* placeOfSame(item: CelResult, list: CelList, keys: ListKeys, meter: Meter): InSteps<number> {
  for (let place = 0; place < list.size; place += 1) {
    meter.step(1);
    if (meter.isTired) yield undefined;
    if (yield* isSameItem(item, list.at(place), keys, meter)) return place;
  }
  return -1;
}

function* isSameItem(a: CelResult, b: CelResult, keys: ListKeys, meter: Meter): InSteps<boolean> {
  if (keys === 'set') return (isEqualAtOnce(a, b) ?? (yield* isEqual(a, b, meter))) === true;
  if (!(a instanceof CelMap) || !(b instanceof CelMap)) return false;
  for (const key of keys) {
    const [x, y] = [a.get(key), b.get(key)];
    const isSame = x === undefined || y === undefined ? x === y : (yield* isEqual(x, y, meter)) === true;
    if (!isSame) return false;
  }
  return true;
}

function* areMapsEqual(a: CelMap, b: CelMap, meter: Meter): InSteps<boolean | CelError> {
  if (a.size !== b.size) return false;
  for (const key of a.keys()) {
    meter.step(1);
    if (meter.isTired) yield undefined;
    const [x, y] = [a.get(key) ?? null, b.get(key)];
    const same = y === undefined ? false : (isEqualAtOnce(x, y) ?? (yield* isEqual(x, y, meter)));
    if (same !== true) return same;
  }
  return true;
}

const NOT_COMPARABLE = new CelError('no such overload');

/** Less than 0 where `a` comes first. */
export function compare(a: CelValue, b: CelValue): number | CelError {
  const [left, right] = [amountOf(a), amountOf(b)];
  if (left !== undefined && right !== undefined) {
    if (Number.isNaN(left) || Number.isNaN(right)) return new CelError('NaN values cannot be ordered');
    return order(left, right);
  }
  if (typeof a === 'string' && typeof b === 'string') return compareUtf8(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  const [x, y] = [momentOf(a, b), momentOf(b, a)];
  if (x === undefined || y === undefined) return NOT_COMPARABLE;
  return x < y ? -1 : x > y ? 1 : 0;
}

function momentOf(value: CelValue, other: CelValue): bigint | undefined {
  if (value instanceof CelDuration && other instanceof CelDuration) return value.nanoseconds;
  return value instanceof CelTimestamp && other instanceof CelTimestamp ? value.nanoseconds : undefined;
}
