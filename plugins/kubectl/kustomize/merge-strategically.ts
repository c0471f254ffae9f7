import { isRecord, own } from '../../../src/base/is-record.ts';
import { childNode, listMeta } from '../../../src/schema/patch-meta.ts';
import type { Node } from '../../../src/schema/schema.ts';
import type { Fields } from '../dig.ts';
import { Failure } from '../failures.ts';

const PATCH = '$patch';

/**
 * Applies a strategic merge patch as kustomize does: what a patch speaks of comes first in lists that are merged.
 * `undefined` where the patch deletes the object.
 */
export const mergeStrategically = (node: Node | undefined, object: Fields, patch: Fields): Fields | undefined =>
  mergedMap(node, object, patch);

function mergedMap(node: Node | undefined, now: Fields, patch: Fields): Fields | undefined {
  const directive = directiveOf(patch);
  if (directive === 'delete') return undefined;
  const base = directive === 'replace' ? {} : now;
  const merged = new Map(Object.entries(base));
  for (const [name, value] of Object.entries(patch)) {
    if (name === PATCH) continue;
    const next = merge(node === undefined ? undefined : childNode(node, name), own(base, name), value);
    if (next === undefined) merged.delete(name);
    else merged.set(name, next);
  }
  return Object.fromEntries(merged);
}

/** `undefined` for what goes away. */
function merge(node: Node | undefined, now: unknown, patch: unknown): unknown {
  if (patch === null) return undefined;
  if (isRecord(patch)) return mergedMap(node, isRecord(now) ? now : {}, patch);
  if (!Array.isArray(patch)) return patch;
  const keys = node === undefined ? undefined : mergeKeys(node);
  if (keys === undefined) return patch;
  const alone = patch.filter(isRecord).find(each => Object.hasOwn(each, PATCH) && Object.keys(each).length === 1);
  const rest = patch.filter(each => each !== alone);
  const directive = alone === undefined ? 'merge' : directiveOf(alone);
  if (directive === 'delete') return undefined;
  const list: readonly unknown[] = directive === 'replace' || !Array.isArray(now) ? [] : now;
  if (keys.length === 0) return [...new Set([...rest, ...list])];
  return mergedList(node, keys, list, rest);
}

/** Keys that tell items apart; none for plain values; `undefined` for lists that are replaced as a whole. */
function mergeKeys(node: Node): readonly string[] | undefined {
  const meta = listMeta(node);
  if (meta === undefined || meta.mergeKey === null) return undefined;
  if (meta.mergeKey === '') return [];
  return meta.mapKeys.length > 0 ? meta.mapKeys : [meta.mergeKey];
}

function mergedList(
  node: Node | undefined,
  allKeys: readonly string[],
  now: readonly unknown[],
  patch: readonly unknown[],
): readonly unknown[] {
  const item = node?.kind === 'list' ? node.item : undefined;
  const all = [...patch, ...now].filter(isRecord);
  const used = allKeys.filter(key => all.some(each => own(each, key) !== undefined));
  const keys = used.length === 0 ? allKeys : used;
  const isSame = (a: Fields, b: Fields): boolean => agree(keys, a, b);
  const changed = now.map(each => {
    const change = isRecord(each) ? patch.filter(isRecord).find(wanted => isSame(wanted, each)) : undefined;
    return { each, change, merged: change === undefined ? each : merge(item, each, change) };
  });
  const added = patch.flatMap(wanted => {
    const there = changed.find(({ change }) => change !== undefined && change === wanted);
    // With one key what is patched stands where the patch has it, with several where it stood.
    if (there !== undefined) return keys.length > 1 ? [] : [there.merged];
    return [merge(item, undefined, wanted)];
  });
  const kept = changed.filter(({ change }) => keys.length > 1 || change === undefined).map(({ merged }) => merged);
  return [...added, ...kept].filter(each => each !== undefined);
}

/** Whether items mean the same: no key differs, one at least is alike; a key that one lacks is no difference. */
function agree(keys: readonly string[], a: Fields, b: Fields): boolean {
  const both = keys.filter(key => own(a, key) !== undefined && own(b, key) !== undefined);
  return both.length > 0 && both.every(key => String(own(a, key)) === String(own(b, key)));
}

function directiveOf(patch: Fields): 'merge' | 'replace' | 'delete' {
  const directive = own(patch, PATCH) ?? 'merge';
  if (directive === 'merge' || directive === 'replace' || directive === 'delete') return directive;
  throw new Failure(`unknown patch strategy ${JSON.stringify(directive)}`);
}
