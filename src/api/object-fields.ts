import { isDeepEqual } from '../base/deep-equal.ts';
import { childNode, isAtomic, listMeta } from '../schema/patch-meta.ts';
import type { Node } from '../schema/schema.ts';
import { fieldSet, type FieldSet } from './field-set.ts';
import { isRecord, member, type JsonRecord } from './json-record.ts';

/** The fields a configuration speaks of: what an apply owns. Items of associative lists are fields themselves. */
export function fieldsOf(node: Node | undefined, value: unknown): FieldSet {
  return collect(node, value, false);
}

/** What a write did, field by field. Parts that are the same by reference are not looked at. */
export interface FieldChanges {
  /** Added or given another value. */
  readonly set: FieldSet;
  readonly removed: FieldSet;
}

/** Containers that were not there, or are not any more, are fields of their own, beside what is in them. */
export function changedFields(node: Node | undefined, old: unknown, next: unknown): FieldChanges {
  if (old === next) return NONE;
  if (old === undefined) return { set: collect(node, next, true), removed: undefined };
  if (next === undefined) return { set: undefined, removed: collect(node, old, true) };
  if (isFields(node, old) && isFields(node, next)) return changedMembers(node, old, next);
  const [before, after] = [itemsOf(node, old), itemsOf(node, next)];
  if (before !== undefined && after !== undefined) return changedItems(node, before, after);
  // `null` is there and has nothing in it.
  if (old === null && isFields(node, next)) return changedMembers(node, NOTHING, next);
  if (next === null && isFields(node, old)) return changedMembers(node, old, NOTHING);
  return isDeepEqual(old, next) ? NONE : { set: LEAF, removed: undefined };
}

/** Whether its members are owned one by one. */
const isFields = (node: Node | undefined, value: unknown): value is JsonRecord =>
  isRecord(value) && (node === undefined || ((node.kind === 'object' || node.kind === 'map') && !isAtomic(node)));

function changedMembers(node: Node | undefined, old: JsonRecord, next: JsonRecord): FieldChanges {
  const set: Record<string, JsonRecord> = {};
  const removed: Record<string, JsonRecord> = {};
  let [hasSet, hasRemoved] = [false, false];
  for (const name of Object.keys(next)) {
    const [before, after] = [member(old, name), next[name]];
    if (before === after) continue;
    const changes = changedFields(childOf(node, name), before, after);
    if (changes.set !== undefined) {
      set[`f:${name}`] = changes.set;
      hasSet = true;
    }
    if (changes.removed !== undefined) {
      removed[`f:${name}`] = changes.removed;
      hasRemoved = true;
    }
  }
  for (const name of Object.keys(old)) {
    if (Object.hasOwn(next, name)) continue;
    removed[`f:${name}`] = collect(childOf(node, name), old[name], true);
    hasRemoved = true;
  }
  return { set: hasSet ? set : undefined, removed: hasRemoved ? removed : undefined };
}

const childOf = (node: Node | undefined, name: string): Node | undefined =>
  node === undefined ? undefined : childNode(node, name);

/** The items of an associative list by their path elements, most of which only one has. */
type Items = ReadonlyMap<string, readonly unknown[]>;

function itemsOf(node: Node | undefined, value: unknown): Items | undefined {
  if (node?.kind !== 'list' || isAtomic(node)) return undefined;
  if (value === null) return NO_ITEMS;
  if (!Array.isArray(value)) return undefined;
  const items = new Map<string, unknown[]>();
  for (const item of value) {
    const element = itemElement(node, item);
    if (element === undefined) return undefined;
    const same = items.get(element);
    if (same === undefined) items.set(element, [item]);
    else same.push(item);
  }
  return items;
}

/** Items of one path element are owned as one; structured-merge-diff's `visitListItems`. */
function changedItems(list: Node | undefined, before: Items, after: Items): FieldChanges {
  const node = list?.kind === 'list' ? list.item : undefined;
  if (before.size === 0 && after.size === 0) return NONE;
  const set: (readonly [string, FieldSet])[] = [];
  const removed: (readonly [string, FieldSet])[] = [];
  const note = (element: string, changes: FieldChanges): void => {
    set.push([element, changes.set]);
    removed.push([element, changes.removed]);
  };
  for (const [element, items] of after) {
    const old = before.get(element) ?? [];
    if (items.length === 1 && old.length <= 1) note(element, changedFields(node, old[0], items[0]));
    else if (items.length === 1) note(element, { set: collect(node, items[0], true), removed: LEAF });
    else if (old.length > 1) note(element, { set: isDeepEqual(old, items) ? undefined : LEAF, removed: undefined });
    else note(element, { set: LEAF, removed: old.length === 0 ? undefined : collect(node, old[0], true) });
  }
  for (const [element, items] of before) {
    if (after.has(element)) continue;
    removed.push([element, items.length === 1 ? collect(node, items[0], true) : LEAF]);
  }
  return { set: fieldSet(false, set), removed: fieldSet(false, removed) };
}

const LEAF: JsonRecord = Object.freeze({});
const NOTHING: JsonRecord = Object.freeze({});
const NO_ITEMS: Items = new Map();
const NONE: FieldChanges = Object.freeze({ set: undefined, removed: undefined });

/** `tellsContainers`: what holds fields is a field of its own, as it is of an update and not of an apply. */
function collect(node: Node | undefined, value: unknown, tellsContainers: boolean): JsonRecord {
  if (node !== undefined && isAtomic(node)) return LEAF;
  const result: Record<string, unknown> = tellsContainers ? { '.': LEAF } : {};
  let isEmpty = true;
  if (isRecord(value)) {
    if (node !== undefined && node.kind !== 'object' && node.kind !== 'map') return LEAF;
    for (const name of Object.keys(value)) {
      isEmpty = false;
      result[`f:${name}`] = collect(childOf(node, name), value[name], tellsContainers);
    }
    return isEmpty ? LEAF : result;
  }
  if (!Array.isArray(value) || node?.kind !== 'list') return LEAF;
  for (const item of value) {
    const element = itemElement(node, item);
    if (element === undefined) return LEAF;
    isEmpty = false;
    if (Object.hasOwn(result, element)) {
      result[element] = LEAF;
      continue;
    }
    const inner = collect(node.item, item, tellsContainers);
    result[element] = inner === LEAF || tellsContainers ? inner : { '.': LEAF, ...inner };
  }
  return isEmpty ? LEAF : result;
}

export interface Element {
  readonly value: unknown;
  readonly node: Node | undefined;
  readonly isItem: boolean;
}

/** The parts of a value that are owned one by one, by their path element; `undefined`: owned as a whole. */
export function elements(node: Node | undefined, value: unknown): ReadonlyMap<string, Element> | undefined {
  if (node !== undefined && isAtomic(node)) return undefined;
  if (isRecord(value)) {
    if (node !== undefined && node.kind !== 'object' && node.kind !== 'map') return undefined;
    return new Map(
      Object.entries(value).map(([name, item]) => {
        const inner = node === undefined ? undefined : childNode(node, name);
        return [`f:${name}`, { value: item, node: inner, isItem: false }] as const;
      }),
    );
  }
  if (!Array.isArray(value) || node?.kind !== 'list') return undefined;
  const items = new Map<string, Element>();
  for (const item of value) {
    const element = itemElement(node, item);
    if (element === undefined || items.has(element)) return undefined;
    items.set(element, { value: item, node: node.item, isItem: true });
  }
  return items;
}

/** `k:{"name":"a"}`, `v:"x"`; a key that is left out is its default. */
export function itemElement(node: Node, item: unknown): string | undefined {
  if (node.kind !== 'list') return undefined;
  const meta = listMeta(node);
  if (meta === undefined) return undefined;
  if (meta.listType === 'set') return `v:${JSON.stringify(item)}`;
  if (!isRecord(item)) return undefined;
  const key = meta.mapKeys
    .toSorted()
    .map(name => [name, member(item, name) ?? childNode(node.item, name)?.meta.default] as const)
    .filter(([, value]) => value !== undefined);
  return `k:${JSON.stringify(Object.fromEntries(key))}`;
}
