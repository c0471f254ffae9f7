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

/** How it is said what JSON has in more than one way. */
export interface JsonForms {
  readonly nothing: unknown;
  /** Integers that a double cannot hold. */
  readonly wide: (digits: string) => unknown;
}
const PLAIN: JsonForms = { nothing: null, wide: digits => new WideInteger(digits) };

/** JSON that stands for a value, a `CelError` where none does. */
export function jsonOfValue(value: CelResult, forms: JsonForms = PLAIN): unknown {
  if (value === null) return forms.nothing;
  if (typeof value === 'boolean' || typeof value === 'string' || value instanceof CelError) return value;
  if (typeof value === 'bigint') return integer(value, forms);
  if (typeof value === 'number') return Number.isFinite(value) ? value : inexpressible(value);
  if (value instanceof CelUint) return integer(value.value, forms);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof CelTimestamp) return printTimestamp(value);
  if (value instanceof CelDuration) return printDuration(value);
  if (value instanceof CelList) return listOf(value, forms);
  return value instanceof CelMap ? objectOf(value, forms) : inexpressible(value);
}

const integer = (value: bigint, { wide }: JsonForms): unknown =>
  BigInt.asIntN(54, value) === value ? Number(value) : wide(String(value));

function listOf(list: CelList, forms: JsonForms): unknown {
  const items = [...list].map(item => jsonOfValue(item, forms));
  return items.find(item => item instanceof CelError) ?? items;
}

function objectOf(map: CelMap, forms: JsonForms): unknown {
  const members: [string, unknown][] = [];
  for (const key of map.keys()) {
    if (typeof key !== 'string') return new CelError(`map key of type ${printType(typeOfValue(key))} is no string`);
    const member = jsonOfValue(map.get(key) ?? null, forms);
    if (member instanceof CelError) return member;
    members.push([key, member]);
  }
  return Object.fromEntries(members);
}

const inexpressible = (value: CelValue): CelError =>
  new CelError(`type conversion error from '${printType(typeOfValue(value))}' to 'google.protobuf.Value'`);
