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
import type { Meter } from './meter.ts';

/** Values of different types are just not equal; numbers are by what they amount to. */
export function isEqual(a: CelResult, b: CelResult, meter: Meter): boolean | CelError {
  if (a instanceof CelError) return a;
  if (b instanceof CelError) return b;
  const [left, right] = [amountOf(a), amountOf(b)];
  if (left !== undefined || right !== undefined)
    return left !== undefined && right !== undefined && order(left, right) === 0;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (a instanceof CelList) return b instanceof CelList && areListsEqual(a, b, meter);
  if (a instanceof CelMap) return b instanceof CelMap && areMapsEqual(a, b, meter);
  if (a instanceof CelOptional) return b instanceof CelOptional && areOptionalsEqual(a, b, meter);
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

function areOptionalsEqual(a: CelOptional, b: CelOptional, meter: Meter): boolean | CelError {
  if (a.value === undefined || b.value === undefined) return a.value === b.value;
  return isEqual(a.value, b.value, meter);
}

function areListsEqual(a: CelList, b: CelList, meter: Meter): boolean | CelError {
  if (a.size !== b.size) return false;
  const { keys } = a;
  if (keys !== undefined) return areUnorderedEqual(a, b, (x, y) => isSameItem(x, y, keys, meter), meter);
  for (let index = 0; index < a.size; index += 1) {
    meter.step(1);
    const same = isEqual(a.at(index), b.at(index), meter);
    if (same !== true) return same;
  }
  return true;
}

/** Each item of one is in the other; those of a list with keys are then equal as a whole. */
function areUnorderedEqual(
  a: CelList,
  b: CelList,
  isSame: (x: CelResult, y: CelResult) => boolean,
  meter: Meter,
): boolean {
  const others = [...b];
  return [...a].every(item => {
    const other = others.find(candidate => {
      meter.step(1);
      return isSame(item, candidate);
    });
    return other !== undefined && isEqual(item, other, meter) === true;
  });
}

/** Whether two items of a list stand for the same one. */
export function isSameItem(a: CelResult, b: CelResult, keys: CelList['keys'], meter: Meter): boolean {
  if (keys === undefined || keys === 'set') return isEqual(a, b, meter) === true;
  if (!(a instanceof CelMap) || !(b instanceof CelMap)) return false;
  return keys.every(key => {
    const [x, y] = [a.get(key), b.get(key)];
    return x === undefined || y === undefined ? x === y : isEqual(x, y, meter) === true;
  });
}

function areMapsEqual(a: CelMap, b: CelMap, meter: Meter): boolean | CelError {
  if (a.size !== b.size) return false;
  for (const key of a.keys()) {
    meter.step(1);
    const other = b.get(key);
    const same = other === undefined ? false : isEqual(a.get(key) ?? null, other, meter);
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
