import { isRecord } from '../base/is-record.ts';
import { jsonKind } from '../base/json-kind.ts';
import { isWideInteger } from '../base/wide-integer.ts';
import { parseQuantity, QuantityError } from '../base/quantity.ts';
import type { WrittenFloat } from '../base/scan-json.ts';
import { child } from './field-path.ts';
import { childNode } from './patch-meta.ts';
import type { Node, ScalarNode } from './schema.ts';
import { timeError } from './time-error.ts';

/**
 * The first value of a wrong type or syntax, worded as Go's decoder words it; `undefined` when all fit.
 * Answers become 400: `Pod in version "v1" cannot be handled as a Pod: ` and this text.
 */
export function typeError(node: Node, value: unknown): string | undefined {
  return visit(node, value, { struct: '', path: '' });
}

/** A whole number that was written as a float, where the schema has an integer: Go's decoder goes by the text. */
export function floatError(root: Node, { path, literal }: WrittenFloat): string | undefined {
  let node: Node | undefined = root;
  let struct = '';
  let named = '';
  for (const segment of path) {
    if (node.kind === 'object') {
      struct = structName(node);
      named = child(named, segment);
    }
    node = node.kind === 'list' ? node.item : childNode(node, segment);
    if (node === undefined) return undefined;
  }
  if (node.kind === 'intOrString') return `json: cannot unmarshal number ${literal} into Go value of type int32`;
  if (node.kind !== 'int32' && node.kind !== 'int64') return undefined;
  return `json: cannot unmarshal number ${literal} into Go struct field ${struct}.${named} of type ${goType(node)}`;
}

/** Go names the innermost struct and the whole path, without list indices and map keys. */
interface Place {
  readonly struct: string;
  readonly path: string;
}

function visit(node: Node, value: unknown, place: Place): string | undefined {
  if (value === undefined || value === null) return undefined;
  switch (node.kind) {
    case 'object': {
      if (!isRecord(value)) return mismatch(node, value, place);
      const struct = structName(node);
      return firstOf(Object.keys(value), key => {
        const prop = Object.hasOwn(node.props, key) ? node.props[key] : undefined;
        return prop === undefined ? undefined : visit(prop, value[key], { struct, path: child(place.path, key) });
      });
    }
    case 'map':
      if (!isRecord(value)) return mismatch(node, value, place);
      return firstOf(Object.keys(value), key => visit(node.value, value[key], place));
    case 'list':
      if (!Array.isArray(value)) return mismatch(node, value, place);
      return firstOf(value as readonly unknown[], item => visit(node.item, item, place));
    default:
      return scalarError(node, value, place);
  }
}

function scalarError(node: ScalarNode, value: unknown, place: Place): string | undefined {
  switch (node.kind) {
    case 'json':
      return undefined;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : mismatch(node, value, place);
    case 'string':
    case 'duration':
      return typeof value === 'string' ? undefined : mismatch(node, value, place);
    case 'double':
      return typeof value === 'number' || isWideInteger(value) ? undefined : mismatch(node, value, place);
    case 'int32':
    case 'int64':
      return isInteger(value, node.kind) ? undefined : mismatch(node, value, place);
    case 'intOrString':
      return typeof value === 'string' || isInteger(value, 'int32') ? undefined : mismatch(node, value, place);
    case 'bytes':
      return typeof value === 'string' ? base64Error(value) : mismatch(node, value, place);
    case 'quantity':
      return quantityError(value);
    case 'time':
    case 'microTime':
      if (typeof value !== 'string') return `json: cannot unmarshal ${found(value)} into Go value of type string`;
      return timeError(node.kind, value);
  }
}

function mismatch(node: Node, value: unknown, { struct, path }: Place): string {
  const target = struct === '' ? 'Go value' : `Go struct field ${struct}.${path}`;
  return `json: cannot unmarshal ${found(value)} into ${target} of type ${goType(node)}`;
}

/** A number that is too large for the field is told with its digits. */
const found = (value: unknown): string =>
  isWideInteger(value) || (typeof value === 'number' && !(Number.isSafeInteger(value) && Math.abs(value) < 2 ** 31))
    ? `number ${String(value)}`
    : jsonKind(value);

function goType(node: Node): string {
  switch (node.kind) {
    case 'boolean':
      return 'bool';
    case 'double':
      return 'float64';
    case 'int32':
    case 'intOrString':
      return 'int32';
    case 'int64':
      return 'int64';
    case 'bytes':
      return '[]uint8';
    case 'object':
      return `v1.${structName(node)}`;
    case 'list':
      return `[]${goType(node.item)}`;
    case 'map':
      return `map[string]${goType(node.value)}`;
    case 'string':
    case 'duration':
    case 'quantity':
    case 'time':
    case 'microTime':
    case 'json':
      return 'string';
  }
}

const structName = (node: Node): string => node.meta.name?.split('.').at(-1) ?? 'Object';

function isInteger(value: unknown, kind: 'int32' | 'int64'): boolean {
  if (isWideInteger(value)) return kind === 'int64' && BigInt.asIntN(64, BigInt(value.digits)) === BigInt(value.digits);
  if (typeof value !== 'number' || !Number.isInteger(value)) return false;
  return kind === 'int64' || (value >= -(2 ** 31) && value < 2 ** 31);
}

function quantityError(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return new QuantityError('FormatWrong').message;
  try {
    parseQuantity(String(value).trim());
    return undefined;
  } catch (error) {
    if (error instanceof QuantityError) return error.message;
    throw error;
  }
}

/** Standard base64 with its padding; line breaks are allowed, as Go's decoder does. */
function base64Error(value: string): string | undefined {
  const wrong = value.search(/[^A-Za-z0-9+/=\r\n]/);
  if (wrong >= 0) return `illegal base64 data at input byte ${wrong}`;
  const text = value.replaceAll(/[\r\n]/g, '');
  const padding = text.indexOf('=');
  if (padding >= 0 && (text.length % 4 !== 0 || text.length - padding > 2 || /=[^=]/.test(text.slice(padding)))) {
    return `illegal base64 data at input byte ${padding}`;
  }
  return text.length % 4 === 0 ? undefined : `illegal base64 data at input byte ${Math.floor(text.length / 4) * 4}`;
}

function firstOf<T>(items: readonly T[], check: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const error = check(item);
    if (error !== undefined) return error;
  }
  return undefined;
}
