import { childNode, isAtomic } from '../schema/patch-meta.ts';
import type { ListNode, Node } from '../schema/schema.ts';
import { isRecord, member } from './json-record.ts';
import { itemElement } from './object-fields.ts';

/**
 * What a configuration says put into what is there: objects member by member, associative lists item by item by their
 * keys, all else as a whole. Shares what it keeps.
 * https://github.com/kubernetes-sigs/structured-merge-diff/blob/master/typed/merge.go
 */
export function mergeConfiguration(node: Node | undefined, live: unknown, applied: unknown): unknown {
  if (live === undefined || (node !== undefined && isAtomic(node))) return applied;
  if (isRecord(applied) && isRecord(live)) {
    const result = new Map(Object.entries(live));
    for (const [name, value] of Object.entries(applied)) {
      const inner = node === undefined ? undefined : childNode(node, name);
      result.set(name, mergeConfiguration(inner, member(live, name), value));
    }
    return Object.fromEntries(result);
  }
  if (!Array.isArray(applied) || !Array.isArray(live) || node?.kind !== 'list') return applied;
  return mergedItems(node, live, applied) ?? applied;
}

/**
 * Items that are said stand in the order in which they are said, others where they are among those; `undefined` where
 * an item has no key. What is there more than once is replaced where it is said.
 */
function mergedItems(
  node: ListNode,
  live: readonly unknown[],
  applied: readonly unknown[],
): readonly unknown[] | undefined {
  const [before, after] = [keysOf(node, live), keysOf(node, applied)];
  if (before === undefined || after === undefined) return undefined;
  const [there, said] = [countOf(before), countOf(after)];
  const merged = (key: string, item: unknown): unknown =>
    there.get(key) === 1 ? mergeConfiguration(node.item, live[before.indexOf(key)], item) : item;
  const result: unknown[] = [];
  let [at, next, shared] = [0, 0, 0];
  while (at < before.length || next < after.length) {
    const [own, wanted] = [before[at], after[next]];
    shared = Math.max(shared, next);
    while (shared < after.length && !there.has(after[shared] ?? '')) shared += 1;
    if (own !== undefined && !said.has(own)) {
      result.push(live[at]);
      at += 1;
    } else if (wanted !== undefined && (own === undefined || own === wanted || own === after[shared])) {
      result.push(merged(wanted, applied[next]));
      next += 1;
      if (own === wanted) at += 1;
    } else at += 1;
  }
  return result;
}

function keysOf(node: ListNode, items: readonly unknown[]): readonly string[] | undefined {
  if (isAtomic(node)) return undefined;
  const keys = items.map(item => itemElement(node, item)).filter(key => key !== undefined);
  return keys.length === items.length ? keys : undefined;
}

function countOf(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
