import { isDeepEqual } from '../base/deep-equal.ts';
import { childNode, listMeta } from '../schema/patch-meta.ts';
import type { Node } from '../schema/schema.ts';
import { isRecord, member, withoutMember, type JsonRecord } from './json-record.ts';
import type { AnyObject } from './object-meta.ts';
import type { Resource } from './resource.ts';
import { wholeNode } from './whole-node.ts';

/** Why a strategic merge patch makes no sense. */
export class StrategicPatchError extends Error {
  readonly code = 'Malformed';
  constructor(message: string) {
    super(message);
    this.name = 'StrategicPatchError';
  }
}

/**
 * Applies a strategic merge patch: a merge patch that merges lists by what the schema says of them, with the
 * directives `$patch`, `$retainKeys`, `$setElementOrder/...` and `$deleteFromPrimitiveList/...`.
 * https://github.com/kubernetes/design-proposals-archive/blob/main/cli/preserve-order-in-strategic-merge-patch.md
 */
export function strategicMergePatch(resource: Resource, current: AnyObject, patch: unknown): unknown {
  if (!isRecord(patch)) throw new StrategicPatchError('a strategic merge patch of an object is an object');
  return mergeObject(wholeNode(resource), { ...current }, patch);
}

const PATCH = '$patch';
const RETAIN_KEYS = '$retainKeys';
const SET_ORDER = '$setElementOrder/';
const DELETE_VALUES = '$deleteFromPrimitiveList/';

function mergeObject(node: Node | undefined, original: JsonRecord, patch: JsonRecord): JsonRecord {
  const directive = member(patch, PATCH);
  if (directive === 'replace') return cleanObject(withoutMember(patch, PATCH));
  if (directive === 'delete') return {};
  if (directive !== undefined && directive !== 'merge') throw unknownDirective(directive);
  const merged = new Map(Object.entries(retained(original, patch)));
  for (const [name, value] of Object.entries(patch)) {
    if (name.startsWith(DELETE_VALUES)) deleteValues(merged, name.slice(DELETE_VALUES.length), value);
  }
  for (const [name, value] of Object.entries(patch)) {
    if (isDirective(name)) continue;
    if (value === null) {
      merged.delete(name);
      continue;
    }
    const next = mergeValue(node === undefined ? undefined : childNode(node, name), merged.get(name), value);
    if (isRecord(value) && member(value, PATCH) === 'delete') merged.delete(name);
    else merged.set(name, next);
  }
  for (const [name, value] of Object.entries(patch)) {
    if (!name.startsWith(SET_ORDER)) continue;
    const field = name.slice(SET_ORDER.length);
    const list = merged.get(field);
    if (!Array.isArray(list)) continue;
    const before = member(original, field);
    const found = node === undefined ? undefined : childNode(node, field);
    merged.set(field, ordered(found, list, value, Array.isArray(before) ? before : []));
  }
  return Object.fromEntries(merged);
}

const isDirective = (name: string): boolean =>
  name === PATCH || name === RETAIN_KEYS || name.startsWith(SET_ORDER) || name.startsWith(DELETE_VALUES);

const unknownDirective = (directive: unknown): StrategicPatchError =>
  new StrategicPatchError(`Unknown patch type found: ${JSON.stringify(directive)}`);

/** `$retainKeys` names all fields of the result; others of the original go. */
function retained(original: JsonRecord, patch: JsonRecord): JsonRecord {
  const keys = member(patch, RETAIN_KEYS);
  if (keys === undefined) return original;
  if (!Array.isArray(keys)) throw new StrategicPatchError(`invalid patch format of ${RETAIN_KEYS}: it is no list`);
  const names = new Set<unknown>(keys);
  for (const [name, value] of Object.entries(patch)) {
    if (!isDirective(name) && value !== null && !names.has(name)) {
      throw new StrategicPatchError(`${RETAIN_KEYS} lacks ${name}, which the patch sets`);
    }
  }
  return Object.fromEntries(Object.entries(original).filter(([name]) => names.has(name)));
}

function deleteValues(merged: Map<string, unknown>, field: string, values: unknown): void {
  if (!Array.isArray(values)) throw new StrategicPatchError(`${DELETE_VALUES}${field} is no list`);
  const list = merged.get(field);
  if (!Array.isArray(list)) return;
  merged.set(
    field,
    list.filter(item => !values.some(value => isDeepEqual(value, item))),
  );
}

function mergeValue(node: Node | undefined, original: unknown, patch: unknown): unknown {
  if (isRecord(patch)) return isRecord(original) ? mergeObject(node, original, patch) : cleanObject(patch);
  if (!Array.isArray(patch)) return patch;
  const mergeKey = node === undefined ? null : (listMeta(node)?.mergeKey ?? null);
  if (mergeKey === null) return cleanList(patch);
  const before: readonly unknown[] = Array.isArray(original) ? original : [];
  return mergeKey === '' ? union(before, patch) : mergeList(node, mergeKey, before, patch);
}

const union = (original: readonly unknown[], patch: readonly unknown[]): readonly unknown[] => [
  ...original,
  ...patch.filter((item, index) => !original.includes(item) && patch.indexOf(item) === index),
];

/** An associative list: items of one merge key are one item. */
function mergeList(
  node: Node | undefined,
  mergeKey: string,
  original: readonly unknown[],
  patch: readonly unknown[],
): readonly unknown[] {
  const items = patch.map(item => {
    if (!isRecord(item)) throw new StrategicPatchError(`an item of a list merged by ${mergeKey} is an object`);
    return item;
  });
  const isReplaced = items.some(item => member(item, PATCH) === 'replace' && !Object.hasOwn(item, mergeKey));
  if (isReplaced) return cleanList(items.filter(item => member(item, PATCH) !== 'replace'));
  const merged = [...original];
  const itemNode = node?.kind === 'list' ? node.item : undefined;
  for (const item of items) {
    if (!Object.hasOwn(item, mergeKey)) {
      throw new StrategicPatchError(`map: ${JSON.stringify(item)} does not contain declared merge key: ${mergeKey}`);
    }
    const index = merged.findIndex(candidate => hasKey(candidate, mergeKey, item[mergeKey]));
    const before = merged[index];
    const directive = member(item, PATCH);
    if (directive === 'delete') {
      if (index >= 0) merged.splice(index, 1);
    } else if (index < 0 || !isRecord(before)) {
      merged.push(cleanObject(withoutMember(item, PATCH)));
    } else {
      merged[index] = mergeObject(itemNode, before, item);
    }
  }
  return merged;
}

const hasKey = (item: unknown, mergeKey: string, value: unknown): boolean =>
  isRecord(item) && isDeepEqual(member(item, mergeKey), value);

/** What is new has nothing to merge into: its directives and nulls mean nothing. */
function clean(value: unknown): unknown {
  if (Array.isArray(value)) return cleanList(value);
  return isRecord(value) ? cleanObject(value) : value;
}
const cleanList = (list: readonly unknown[]): readonly unknown[] =>
  list.filter(item => !(isRecord(item) && member(item, PATCH) === 'delete')).map(clean);
const cleanObject = (record: JsonRecord): JsonRecord =>
  Object.fromEntries(
    Object.entries(record)
      .filter(([name, value]) => !isDirective(name) && value !== null)
      .map(([name, value]) => [name, clean(value)] as const),
  );

/**
 * Items that `order` names stand in its order, others in the order they had; where the two meet, the order
 * the list had before decides, and what is new comes after what was there.
 */
function ordered(
  node: Node | undefined,
  list: readonly unknown[],
  order: unknown,
  before: readonly unknown[],
): readonly unknown[] {
  if (!Array.isArray(order)) throw new StrategicPatchError(`${SET_ORDER} is no list`);
  const mergeKey = node === undefined ? null : (listMeta(node)?.mergeKey ?? null);
  const keyOf = (item: unknown): unknown =>
    mergeKey === null || mergeKey === '' || !isRecord(item) ? item : member(item, mergeKey);
  const wanted = order.map(keyOf);
  const had = before.map(keyOf);
  const place = (keys: readonly unknown[], item: unknown): number =>
    keys.findIndex(key => isDeepEqual(key, keyOf(item)));
  const named = list.filter(item => place(wanted, item) >= 0).sort((a, b) => place(wanted, a) - place(wanted, b));
  const others = list.filter(item => place(wanted, item) < 0);
  const result: unknown[] = [];
  while (named.length > 0 && others.length > 0) {
    const [other, name] = [place(had, others[0]), place(had, named[0])];
    const isOtherFirst = other < 0 || name < 0 || other < name;
    result.push(isOtherFirst ? others.shift() : named.shift());
  }
  return [...result, ...others, ...named];
}
