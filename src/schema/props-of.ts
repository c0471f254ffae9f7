import type { Node, ObjectNode } from './schema.ts';

const known = new WeakMap<ObjectNode, readonly (readonly [string, Node])[]>();

/** The properties of a node as entries, made once: every interpreter walks them for every object. */
export function propsOf(node: ObjectNode): readonly (readonly [string, Node])[] {
  let entries = known.get(node);
  if (entries === undefined) {
    entries = Object.entries(node.props);
    known.set(node, entries);
  }
  return entries;
}
