import { isRecord } from '../base/is-record.ts';
import { jsonKind } from '../base/json-kind.ts';
import { isWideInteger } from '../base/wide-integer.ts';
import { parseQuantity, QuantityError } from '../base/quantity.ts';
import type { WrittenFloat } from '../base/scan-json.ts';
import { child } from './field-path.ts';
import { compiled } from './compiled.ts';
import { childNode } from './patch-meta.ts';
import { propsOf } from './props-of.ts';
import type { Node, ObjectNode, ScalarNode } from './schema.ts';
import { timeError } from './time-error.ts';

/**
 * The first value of a wrong type or syntax, worded as Go's decoder words it; `undefined` when all fit.
 * Answers become 400: `Pod in version "v1" cannot be handled as a Pod: ` and this text.
 */
export function typeError(node: Node, value: unknown): string | undefined {
  const wrong = checkOf(node)(value);
  if (wrong === undefined || 'text' in wrong) return wrong?.text;
  const { value: what, type, struct, path } = wrong;
  const target = path.length === 0 ? 'Go value' : `Go struct field ${struct}.${path.reduceRight(inner, '')}`;
  return `json: cannot unmarshal ${what} into ${target} of type ${type}`;
}

const inner = (path: string, name: string): string => child(path, name);

/** A whole number that was written as a float, where the schema has an integer: Go's decoder goes by the text. */
export function floatError(root: Node, { path, literal }: WrittenFloat): string | undefined {
  let node: Node | undefined = root;
  let struct = '';
  let named = '';
  for (const segment of path) {
    if (node.kind === 'object') {
      struct = structName(node);
      const within = childNode(node, segment)?.meta.within;
      named = child(within === undefined ? named : child(named, within), segment);
    }
    node = node.kind === 'list' ? node.item : childNode(node, segment);
    if (node === undefined) return undefined;
  }
  if (node.kind === 'intOrString') return `json: cannot unmarshal number ${literal} into Go value of type int32`;
  if (node.kind !== 'int32' && node.kind !== 'int64') return undefined;
  return `json: cannot unmarshal number ${literal} into Go struct field ${struct}.${named} of type ${goType(node)}`;
}

/** What is wrong: a text of its own, or a value that is told with its place. */
type Wrong = { readonly text: string } | Mismatch;
interface Mismatch {
  readonly value: string;
  readonly type: string;
  /** Go names the innermost struct and the whole path, without list indices and map keys; filled in on the way back. */
  struct: string | undefined;
  /** The innermost field comes first. */
  readonly path: string[];
}

/** Most values are right, and cost no path. */
type Check = (value: unknown) => Wrong | undefined;

const checkOf = compiled((node: Node): Check => {
  switch (node.kind) {
    case 'object':
      return objectCheck(node);
    case 'map': {
      const check = checkOf(node.value);
      return value => {
        if (value === undefined || value === null) return undefined;
        if (!isRecord(value)) return mismatch(node, value);
        return firstOf(Object.keys(value), key => check(value[key]));
      };
    }
    case 'list': {
      const check = checkOf(node.item);
      return value => {
        if (value === undefined || value === null) return undefined;
        return Array.isArray(value) ? firstOf<unknown>(value, check) : mismatch(node, value);
      };
    }
    default:
      return value => (value === undefined || value === null ? undefined : scalarError(node, value));
  }
});

function objectCheck(node: ObjectNode): Check {
  let checks: ReadonlyMap<string, Check> | undefined;
  const struct = structName(node);
  return value => {
    if (value === undefined || value === null) return undefined;
    if (!isRecord(value)) return mismatch(node, value);
    checks ??= new Map(propsOf(node).map(([name, prop]) => [name, checkOf(prop)]));
    for (const key of Object.keys(value)) {
      const wrong = checks.get(key)?.(value[key]);
      if (wrong === undefined) continue;
      if ('path' in wrong) {
        wrong.struct ??= struct;
        wrong.path.push(key);
        const within = childNode(node, key)?.meta.within;
        if (within !== undefined) wrong.path.push(within);
      }
      return wrong;
    }
    return undefined;
  };
}

function scalarError(node: ScalarNode, value: unknown): Wrong | undefined {
  switch (node.kind) {
    case 'json':
      return undefined;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : mismatch(node, value);
    case 'string':
    case 'duration':
      return typeof value === 'string' ? undefined : mismatch(node, value);
    case 'double':
      return typeof value === 'number' || isWideInteger(value) ? undefined : mismatch(node, value);
    case 'int32':
    case 'int64':
      return isInteger(value, node.kind) ? undefined : mismatch(node, value);
    case 'intOrString':
      return typeof value === 'string' || isInteger(value, 'int32') ? undefined : mismatch(node, value);
    case 'bytes':
      return typeof value === 'string' ? worded(base64Error(value)) : mismatch(node, value);
    case 'quantity':
      return worded(quantityError(value));
    case 'time':
    case 'microTime':
      if (typeof value !== 'string')
        return { text: `json: cannot unmarshal ${found(value)} into Go value of type string` };
      return worded(timeError(node.kind, value));
  }
}

const worded = (text: string | undefined): Wrong | undefined => (text === undefined ? undefined : { text });

const mismatch = (node: Node, value: unknown): Wrong => ({
  value: found(value),
  type: goType(node),
  struct: undefined,
  path: [],
});

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

function firstOf<T>(items: readonly T[], check: (item: T) => Wrong | undefined): Wrong | undefined {
  for (const item of items) {
    const error = check(item);
    if (error !== undefined) return error;
  }
  return undefined;
}
