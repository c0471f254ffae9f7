import { compareRanks } from '../base/compare-ranks.ts';
import { propsOf } from '../schema/props-of.ts';
import type { Node, ObjectNode } from '../schema/schema.ts';
import type { FieldError } from './field-error.ts';

/**
 * Complaints in the order in which the schema declares the fields they are about, whoever made them: the schema or a
 * rule. A whole comes before its parts; of one place, and among the entries of a map, the order given is kept.
 */
export function inFieldOrder(root: ObjectNode, errors: readonly FieldError[]): readonly FieldError[] {
  if (errors.length < 2) return errors;
  const ranked = errors.map(error => ({ error, ranks: ranksOf(root, error.place ?? error.field) }));
  return ranked.sort((a, b) => compareRanks(a.ranks, b.ranks)).map(({ error }) => error);
}

/** Where a path lies: the position of each of its parts within the whole. What the schema does not know comes last. */
function ranksOf(root: ObjectNode, path: string): readonly number[] {
  const ranks: number[] = [];
  let node: Node | undefined = root;
  for (const [segment] of path.matchAll(/\[[^\]]*\]|[^.[]+/g)) {
    if (node.kind === 'object') {
      const rank: number = propsOf(node).findIndex(([name]) => name === segment);
      ranks.push(rank < 0 ? (segment === 'metadata' ? -1 : Number.MAX_SAFE_INTEGER) : rank);
      node = propsOf(node)[rank]?.[1];
    } else if (node.kind === 'list') {
      const index = segment.startsWith('[') ? Number(segment.slice(1, -1)) : Number.NaN;
      ranks.push(Number.isNaN(index) ? Number.MAX_SAFE_INTEGER : index);
      node = node.item;
    } else break;
    if (node === undefined) break;
  }
  return ranks;
}
