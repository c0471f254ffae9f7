import { propsOf } from './props-of.ts';
import type { Node, ObjectNode } from './schema.ts';

const known = new WeakMap<ObjectNode, Readonly<Record<string, unknown>>>();

/**
 * The object as Go writes one that nobody has set anything in: structs that are no pointers, and what does not say
 * `omitempty`, are there.
 */
export function zeroObject(node: ObjectNode): Readonly<Record<string, unknown>> {
  let zero = known.get(node);
  if (zero === undefined) {
    const members = propsOf(node).map(([name, prop]) => [name, zeroOf(prop)] as const);
    zero = Object.freeze(Object.fromEntries(members.filter(([, value]) => value !== undefined)));
    known.set(node, zero);
  }
  return zero;
}

function zeroOf(node: Node): unknown {
  const { default: standing, optional, struct } = node.meta;
  if (standing === undefined ? optional === true : !isZero(standing)) return undefined;
  if (node.kind === 'object') return standing === undefined || struct === true ? zeroObject(node) : undefined;
  if (node.kind === 'list' || node.kind === 'map') return null;
  return standing === undefined ? ZERO[node.kind] : standing;
}

const isZero = (value: unknown): boolean =>
  typeof value === 'object' && value !== null ? Object.keys(value).length === 0 : NOTHING.has(value);

const NOTHING: ReadonlySet<unknown> = new Set([null, '', 0, false, '0', '0s']);

/** Of what is no object, list or map, as Go writes it. */
export const ZERO = {
  string: '',
  bytes: null,
  quantity: '0',
  duration: '0s',
  time: null,
  microTime: null,
  int32: 0,
  int64: 0,
  double: 0,
  intOrString: 0,
  boolean: false,
  json: null,
} as const;
