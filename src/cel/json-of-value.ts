import { WideInteger } from '../base/wide-integer.ts';
import { printDuration, printTimestamp } from './cel-time.ts';
import { printType } from './cel-type.ts';
import {
  CelDuration,
  CelError,
  CelList,
  CelMap,
  CelTimestamp,
  CelUint,
  type CelResult,
  type CelValue,
} from './cel-value.ts';
import { typeOfValue } from './type-of-value.ts';

/** JSON that stands for a value, a `CelError` where none does. */
export function jsonOfValue(value: CelResult): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (value instanceof CelError) return value;
  if (typeof value === 'bigint') return integer(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : inexpressible(value);
  if (value instanceof CelUint) return integer(value.value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof CelTimestamp) return printTimestamp(value);
  if (value instanceof CelDuration) return printDuration(value);
  if (value instanceof CelList) return listOf(value);
  return value instanceof CelMap ? objectOf(value) : inexpressible(value);
}

const integer = (value: bigint): number | WideInteger =>
  BigInt.asIntN(54, value) === value ? Number(value) : new WideInteger(String(value));

function listOf(list: CelList): unknown {
  const items = [...list].map(jsonOfValue);
  return items.find(item => item instanceof CelError) ?? items;
}

function objectOf(map: CelMap): unknown {
  const members: [string, unknown][] = [];
  for (const key of map.keys()) {
    if (typeof key !== 'string') return new CelError(`map key of type ${printType(typeOfValue(key))} is no string`);
    const member = jsonOfValue(map.get(key) ?? null);
    if (member instanceof CelError) return member;
    members.push([key, member]);
  }
  return Object.fromEntries(members);
}

const inexpressible = (value: CelValue): CelError =>
  new CelError(`type conversion error from '${printType(typeOfValue(value))}' to 'google.protobuf.Value'`);
