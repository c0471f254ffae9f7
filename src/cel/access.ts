import { printType } from './cel-type.ts';
import { CelError, CelList, CelMap, CelOptional, CelUint, NONE, type CelResult, type CelValue } from './cel-value.ts';
import { typeOfValue } from './type-of-value.ts';

/** The member or item of a value; undefined where there is none, an error where there cannot be one. */
function find(value: CelValue, key: CelValue): CelResult | undefined {
  if (value instanceof CelMap) return value.get(key);
  if (!(value instanceof CelList)) return undefined;
  const index = indexOf(key);
  if (index === undefined) return unsupported(key);
  return index >= 0 && index < value.size ? value.at(index) : undefined;
}

const unsupported = (key: CelValue): CelError =>
  new CelError(
    typeof key === 'number'
      ? `unsupported index value ${key} in list`
      : `unsupported index type '${printType(typeOfValue(key))}' in list`,
  );

function indexOf(key: CelValue): number | undefined {
  if (typeof key === 'bigint') return Number(key);
  if (key instanceof CelUint) return Number(key.value);
  return typeof key === 'number' && Number.isInteger(key) ? key : undefined;
}

/** `value[key]` and `value.key`; of an optional value, what its value has. */
export function access(value: CelValue, key: CelValue): CelResult {
  if (value instanceof CelOptional) return value.value === undefined ? NONE : ofOptional(value.value, key);
  const found = find(value, key);
  if (found !== undefined) return found;
  return new CelError(
    value instanceof CelList ? `index out of bounds: ${shownKey(key)}` : `no such key: ${shownKey(key)}`,
  );
}

function ofOptional(value: CelValue, key: CelValue): CelResult {
  const isWhole = value instanceof CelMap || value instanceof CelList;
  return isWhole ? accessOptional(value, key) : new CelError(`no such key: ${shownKey(key)}`);
}

/** `value[?key]` and `value.?key`: an optional, without a value where there is no such member. */
export function accessOptional(value: CelValue, key: CelValue): CelResult {
  const whole = value instanceof CelOptional ? value.value : value;
  const found = whole === undefined ? undefined : find(whole, key);
  if (found === undefined) return NONE;
  return found instanceof CelError ? found : new CelOptional(found);
}

/** `has(value.key)`. */
export function hasMember(value: CelValue, key: string): CelResult {
  const whole = value instanceof CelOptional ? value.value : value;
  if (whole instanceof CelList) return unsupported(key);
  return whole instanceof CelMap && whole.has(key);
}

function shownKey(key: CelValue): string {
  if (key instanceof CelUint) return String(key.value);
  return typeof key === 'object' ? 'null' : String(key);
}
