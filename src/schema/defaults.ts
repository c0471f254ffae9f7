import { isRecord, own } from '../base/is-record.ts';
import { canonicalQuantity, QuantityError } from '../base/quantity.ts';
import { formatMicroTime, formatTime, parseTimestamp } from '../base/timestamp.ts';
import { propsOf } from './props-of.ts';
import type { MapNode, Node, ListNode, ObjectNode } from './schema.ts';
import { ZERO } from './zero-value.ts';

/**
 * `value` as it is stored: defaults filled in, `null` and (where the schema says so) empty values gone,
 * quantities and times in canonical form. Shares all that it does not change, never changes its argument,
 * and leaves values of a wrong type and unknown fields as they are: others judge those.
 */
export function applyDefaults(node: Node, value: unknown): unknown {
  if (value === undefined || value === null || (node.meta.omitEmpty === true && isEmpty(value))) {
    return node.meta.default === undefined ? zeroOf(node) : defaultOf(node);
  }
  return canonical(node, value);
}

/** What is required and left out reads as empty, as in Go, so that rules can rely on it; validation refuses it. */
function zeroOf(node: Node): unknown {
  const isSimple = node.kind === 'string' || node.kind === 'list' || node.kind === 'map';
  return isSimple && node.meta.optional !== true ? EMPTY[node.kind] : undefined;
}

function canonical(node: Node, value: unknown): unknown {
  switch (node.kind) {
    case 'object':
      return isRecord(value) ? objectOf(node, value) : value;
    case 'map':
      return isRecord(value) ? mapOf(node, value) : value;
    case 'list':
      return Array.isArray(value) ? listOf(node, value) : value;
    case 'quantity':
      return quantityOf(value);
    case 'time':
    case 'microTime': {
      const moment = typeof value === 'string' ? parseTimestamp(value) : undefined;
      if (moment === undefined) return value;
      return node.kind === 'time' ? formatTime(moment) : formatMicroTime(moment);
    }
    default:
      return value;
  }
}

/** Frozen parts that a node left as they were: what is shared with a stored object is not gone through again. */
const settled = new WeakMap<object, Node>();

function remember(node: Node, source: object): void {
  if (Object.isFrozen(source)) settled.set(source, node);
}

function objectOf(node: ObjectNode, source: Readonly<Record<string, unknown>>): unknown {
  if (settled.get(source) === node) return source;
  let result: Record<string, unknown> | undefined;
  for (const [name, prop] of propsOf(node)) {
    const before = own(source, name);
    const after = applyDefaults(prop, before);
    if (after === before) continue;
    result ??= { ...source };
    if (after === undefined) delete result[name];
    else result[name] = after;
  }
  if (result === undefined) remember(node, source);
  return result ?? source;
}

function mapOf({ value: node }: MapNode, source: Readonly<Record<string, unknown>>): unknown {
  let result: Record<string, unknown> | undefined;
  for (const key of Object.keys(source)) {
    const before = source[key];
    const after = item(node, before);
    if (after !== before) (result ??= { ...source })[key] = after;
  }
  return result ?? source;
}

function listOf(list: ListNode, source: readonly unknown[]): unknown {
  if (settled.get(source) === list) return source;
  let result: unknown[] | undefined;
  for (let index = 0; index < source.length; index++) {
    const before = source[index];
    const after = item(list.item, before);
    if (after !== before) (result ??= [...source])[index] = after;
  }
  if (result === undefined) remember(list, source);
  return result ?? source;
}

/** Within a list or map there is no absence: `null` is the zero value. */
const item = (node: Node, value: unknown): unknown =>
  value === null && node.kind !== 'json' ? canonical(node, EMPTY[node.kind]) : canonical(node, value);

const EMPTY: Readonly<Record<Node['kind'], unknown>> = {
  ...ZERO,
  bytes: '',
  object: Object.freeze({}),
  map: Object.freeze({}),
  list: Object.freeze([]),
};

function quantityOf(value: unknown): unknown {
  if (typeof value !== 'string' && typeof value !== 'number') return value;
  try {
    return canonicalQuantity(String(value));
  } catch (error) {
    if (error instanceof QuantityError) return value;
    throw error;
  }
}

function isEmpty(value: unknown): boolean {
  if (value === '' || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.keys(value).length === 0;
}

const defaults = new WeakMap<Node, unknown>();
/** The default with its own fields' defaults, made once. */
function defaultOf(node: Node): unknown {
  if (!defaults.has(node)) defaults.set(node, canonical(node, node.meta.default));
  return defaults.get(node);
}
