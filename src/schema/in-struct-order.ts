import { isRecord } from '../base/is-record.ts';
import { sortedJson } from '../base/sorted-json.ts';
import { propsOf } from './props-of.ts';
import type { Node, ObjectNode } from './schema.ts';

type Members = Readonly<Record<string, unknown>>;

/**
 * The value with its members in the order of the schema, as Go writes structs; what the schema does not know, and the
 * members of maps, in that of their names.
 */
export function inStructOrder(node: Node, value: unknown): unknown {
  switch (node.kind) {
    case 'list':
      return Array.isArray(value) ? value.map(item => inStructOrder(node.item, item)) : value;
    case 'map':
      return isRecord(value) ? inNameOrder(value, member => inStructOrder(node.value, member)) : value;
    case 'object':
      return isRecord(value) ? ordered(node, value) : value;
    case 'json':
      return sortedJson(value);
    default:
      return value;
  }
}

function ordered(node: ObjectNode, value: Members): Members {
  const known = propsOf(node).filter(([name]) => value[name] !== undefined);
  const others = Object.entries(value).filter(([name]) => !Object.hasOwn(node.props, name));
  return {
    ...Object.fromEntries(known.map(([name, prop]) => [name, inStructOrder(prop, value[name])])),
    ...inNameOrder(Object.fromEntries(others), sortedJson),
  };
}

/** Members that are there, by name, as `write` writes each. */
export const inNameOrder = (value: Members, write: (member: unknown, name: string) => unknown): Members =>
  Object.fromEntries(
    Object.keys(value)
      .filter(name => value[name] !== undefined)
      .sort()
      .map(name => [name, write(value[name], name)]),
  );
