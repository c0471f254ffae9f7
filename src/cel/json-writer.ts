import { MAX_JSON_DEPTH } from '../base/scan-json.ts';
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

/** A value may hold another many times over at no cost; what is written of it is bounded here. */
export const MAX_JSON_PARTS = 1_000_000;

/** Writes values as JSON, within one bound for all of them. */
export class JsonWriter {
  readonly #forms: JsonForms;
  #partsLeft = MAX_JSON_PARTS;

  constructor(forms: JsonForms = PLAIN) {
    this.#forms = forms;
  }

  /** JSON that stands for a value, a `CelError` where none does. */
  write(value: CelResult, depth = 0): unknown {
    this.#partsLeft -= 1;
    if (this.#partsLeft < 0) return new CelError('the value has too many parts to be written as JSON');
    if (depth > MAX_JSON_DEPTH) return new CelError(`the value is nested deeper than ${MAX_JSON_DEPTH}`);
    if (value === null) return this.#forms.nothing;
    if (typeof value === 'boolean' || typeof value === 'string' || value instanceof CelError) return value;
    if (typeof value === 'bigint') return this.#integer(value);
    if (typeof value === 'number') return Number.isFinite(value) ? value : inexpressible(value);
    if (value instanceof CelUint) return this.#integer(value.value);
    if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
    if (value instanceof CelTimestamp) return printTimestamp(value);
    if (value instanceof CelDuration) return printDuration(value);
    if (value instanceof CelList) return this.#list(value, depth);
    return value instanceof CelMap ? this.#object(value, depth) : inexpressible(value);
  }

  #integer(value: bigint): unknown {
    return BigInt.asIntN(54, value) === value ? Number(value) : this.#forms.wide(String(value));
  }

  #list(list: CelList, depth: number): unknown {
    const items: unknown[] = [];
    for (const item of list) {
      const written = this.write(item, depth + 1);
      if (written instanceof CelError) return written;
      items.push(written);
    }
    return items;
  }

  #object(map: CelMap, depth: number): unknown {
    const members: [string, unknown][] = [];
    for (const key of map.keys()) {
      if (typeof key !== 'string') return new CelError(`map key of type ${printType(typeOfValue(key))} is no string`);
      const member = this.write(map.get(key) ?? null, depth + 1);
      if (member instanceof CelError) return member;
      members.push([key, member]);
    }
    return Object.fromEntries(members);
  }
}

const inexpressible = (value: CelValue): CelError =>
  new CelError(`type conversion error from '${printType(typeOfValue(value))}' to 'google.protobuf.Value'`);
