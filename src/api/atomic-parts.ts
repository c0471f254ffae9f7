import { childNode, isAtomic } from '../schema/patch-meta.ts';
import type { Node } from '../schema/schema.ts';
import { isRecord } from './json-record.ts';

/** Paths of the lists, maps and structs of a value that apply owns as a whole, as `.spec.items[0].part`. */
export function atomicParts(node: Node | undefined, value: unknown, path = ''): readonly string[] {
  if (node === undefined) return [];
  const own = isAtomic(node) ? [path] : [];
  if (Array.isArray(value)) {
    if (node.kind !== 'list') return node.kind === 'json' ? own : [];
    return [...own, ...value.flatMap((item: unknown, index) => atomicParts(node.item, item, `${path}[${index}]`))];
  }
  if (!isRecord(value)) return [];
  // Upstream looks at members that are declared by name alone.
  if (node.kind !== 'object') return node.kind === 'map' || node.kind === 'json' ? own : [];
  const members = Object.entries(value);
  return [...own, ...members.flatMap(([name, item]) => atomicParts(childNode(node, name), item, `${path}.${name}`))];
}
