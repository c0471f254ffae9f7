import { goText, goType } from '../base/go-text.ts';
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
  if (directive !== undefined && directive !== 'merge') throw unknownDirective(directive, patch);
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
    if (!Array.isArray(value))
      throw new StrategicPatchError(`expected a []interface {}, but received a ${goType(value)}`);
    const inner = node === undefined ? undefined : childNode(node, field);
    const mergeKey = inner === undefined ? null : (listMeta(inner)?.mergeKey ?? null);
    merged.set(field, ordered(mergeKey ?? '', list, value, Array.isArray(before) ? before : []));
  }
  return Object.fromEntries(merged);
}

const isDirective = (name: string): boolean =>
  name === PATCH || name === RETAIN_KEYS || name.startsWith(SET_ORDER) || name.startsWith(DELETE_VALUES);

const unknownDirective = (directive: unknown, patch: JsonRecord): StrategicPatchError =>
  new StrategicPatchError(`unknown patch type: ${goText(directive)} in map: ${goText(patch)}`);

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
  const gone = new Set(values.map(jsonKey));
  merged.set(
    field,
    list.filter(item => !gone.has(jsonKey(item))),
  );
}

function mergeValue(node: Node | undefined, original: unknown, patch: unknown): unknown {
  if (isRecord(patch)) {
    if (!isRecord(original)) return cleanObject(patch);
    return node?.meta.replaced === true ? patch : mergeObject(node, original, patch);
  }
  if (!Array.isArray(patch)) return patch;
  const mergeKey = node === undefined ? null : (listMeta(node)?.mergeKey ?? null);
  if (mergeKey === null) return cleanList(patch);
  const before: readonly unknown[] = Array.isArray(original) ? original : [];
  const merged = mergeKey === '' ? union(before, patch) : mergeList(node, mergeKey, before, patch);
  return ordered(mergeKey, merged, patch, before);
}

function union(original: readonly unknown[], patch: readonly unknown[]): readonly unknown[] {
  const there = new Set(original);
  return [...original, ...[...new Set(patch)].filter(item => !there.has(item))];
}

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
  const merged: unknown[] = [...original];
  const found = placesOf(original, mergeKey);
  const itemNode = node?.kind === 'list' ? node.item : undefined;
  for (const item of items) {
    if (!Object.hasOwn(item, mergeKey)) {
      throw new StrategicPatchError(`map: ${goText(item)} does not contain declared merge key: ${mergeKey}`);
    }
    const key = jsonKey(item[mergeKey]);
    const [at, ...more] = found.get(key) ?? [];
    const before = at === undefined ? undefined : merged[at];
    if (member(item, PATCH) === 'delete') {
      for (const index of at === undefined ? [] : [at, ...more]) merged[index] = GONE;
      found.delete(key);
    } else if (at !== undefined && isRecord(before)) {
      merged[at] = mergeObject(itemNode, before, item);
    } else {
      found.set(key, [merged.length]);
      merged.push(cleanObject(withoutMember(item, PATCH)));
    }
  }
  return merged.filter(item => item !== GONE);
}

const GONE = Symbol('gone');

/** Where the items of each key are; a list may hold one key more than once. */
function placesOf(list: readonly unknown[], mergeKey: string): Map<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const [index, item] of list.entries()) {
    if (!isRecord(item)) continue;
    const key = jsonKey(member(item, mergeKey));
    const before = found.get(key);
    if (before === undefined) found.set(key, [index]);
    else before.push(index);
  }
  return found;
}

/** A value as the key of a map: what is equal has the same one. Objects are no merge keys, but may be sent as such. */
const jsonKey = (value: unknown): string => JSON.stringify(value) ?? '';

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
 * the list had before decides, and what is new comes before what the patch does not know.
 */
function ordered(
  mergeKey: string,
  list: readonly unknown[],
  order: readonly unknown[],
  before: readonly unknown[],
): readonly unknown[] {
  const keyOf = (item: unknown): unknown => (mergeKey === '' || !isRecord(item) ? item : member(item, mergeKey));
  const wanted = places(order.map(keyOf));
  const had = places(before.map(keyOf));
  const place = (of: ReadonlyMap<string, number>, item: unknown): number => of.get(jsonKey(keyOf(item))) ?? -1;
  const named = list.filter(item => place(wanted, item) >= 0).sort((a, b) => place(wanted, a) - place(wanted, b));
  const others = list.filter(item => place(wanted, item) < 0);
  const result: unknown[] = [];
  let [nextNamed, nextOther] = [0, 0];
  while (nextNamed < named.length && nextOther < others.length) {
    const [other, name] = [place(had, others[nextOther]), place(had, named[nextNamed])];
    const isOtherFirst = other >= 0 && name >= 0 && other < name;
    result.push(isOtherFirst ? others[nextOther++] : named[nextNamed++]);
  }
  return [...result, ...others.slice(nextOther), ...named.slice(nextNamed)];
}

/** Where each key stands first. */
function places(keys: readonly unknown[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [index, key] of keys.entries()) {
    const text = jsonKey(key);
    if (!found.has(text)) found.set(text, index);
  }
  return found;
}
