import { isDeepEqual } from '../base/deep-equal.ts';
import type { Node } from '../schema/schema.ts';
import { ownershipOf, type FieldOwnership } from './field-ownership.ts';
import { fieldSet, type FieldSet } from './field-set.ts';
import { isRecord, member, type JsonRecord } from './json-record.ts';

/** The fields a configuration speaks of: what an apply owns. Items of associative lists are fields themselves. */
export function fieldsOf(node: Node | undefined, value: unknown): FieldSet {
  return collect(ownershipOf(node), value, false);
}

/** What a write did, field by field. Parts that are the same by reference are not looked at. */
export interface FieldChanges {
  /** Added or given another value. */
  readonly set: FieldSet;
  readonly removed: FieldSet;
}

/** Containers that were not there, or are not any more, are fields of their own, beside what is in them. */
export function changedFields(node: Node | undefined, old: unknown, next: unknown): FieldChanges {
  return changed(ownershipOf(node), old, next);
}

function changed(owned: FieldOwnership, old: unknown, next: unknown): FieldChanges {
  if (old === next) return NONE;
  if (old === undefined) return { set: collect(owned, next, true), removed: undefined };
  if (next === undefined) return { set: undefined, removed: collect(owned, old, true) };
  if (isFields(owned, old) && isFields(owned, next)) return changedMembers(owned, old, next);
  const [before, after] = [itemsOf(owned, old), itemsOf(owned, next)];
  if (before !== undefined && after !== undefined) {
    // A list that is said to have nothing in it is there now.
    return old === null && after.size === 0 && next !== null ? FILLED : changedItems(owned.inner, before, after);
  }
  // `null` is there and has nothing in it.
  if (old === null && isFields(owned, next)) return changedMembers(owned, NOTHING, next);
  if (next === null && isFields(owned, old)) return changedMembers(owned, old, NOTHING);
  return isDeepEqual(old, next) ? NONE : { set: LEAF, removed: undefined };
}

/** Whether its members are owned one by one. */
const isFields = ({ hasMembers, isAtomic: isWhole }: FieldOwnership, value: unknown): value is JsonRecord =>
  hasMembers && !isWhole && isRecord(value);

function changedMembers(owned: FieldOwnership, old: JsonRecord, next: JsonRecord): FieldChanges {
  const set: Record<string, JsonRecord> = {};
  const removed: Record<string, JsonRecord> = {};
  let [hasSet, hasRemoved] = [false, false];
  for (const name of Object.keys(next)) {
    const [before, after] = [member(old, name), next[name]];
    if (before === after) continue;
    const known = owned.members.get(name);
    const changes = changed(known?.owned ?? owned.inner, before, after);
    if (changes.set === undefined && changes.removed === undefined) continue;
    const element = known?.element ?? `f:${name}`;
    if (changes.set !== undefined) {
      set[element] = changes.set;
      hasSet = true;
    }
    if (changes.removed !== undefined) {
      removed[element] = changes.removed;
      hasRemoved = true;
    }
  }
  for (const name of Object.keys(old)) {
    if (Object.hasOwn(next, name)) continue;
    const known = owned.members.get(name);
    removed[known?.element ?? `f:${name}`] = collect(known?.owned ?? owned.inner, old[name], true);
    hasRemoved = true;
  }
  return { set: hasSet ? set : undefined, removed: hasRemoved ? removed : undefined };
}

/** The items of an associative list by their path elements, most of which only one has. */
type Items = ReadonlyMap<string, readonly unknown[]>;

function itemsOf({ isList, isAtomic: isWhole, elementOf }: FieldOwnership, value: unknown): Items | undefined {
  if (!isList || isWhole) return undefined;
  if (value === null) return NO_ITEMS;
  if (!Array.isArray(value)) return undefined;
  const items = new Map<string, unknown[]>();
  for (const item of value) {
    const element = elementOf(item);
    if (element === undefined) return undefined;
    const same = items.get(element);
    if (same === undefined) items.set(element, [item]);
    else same.push(item);
  }
  return items;
}

/** Items of one path element are owned as one; structured-merge-diff's `visitListItems`. */
function changedItems(owned: FieldOwnership, before: Items, after: Items): FieldChanges {
  if (before.size === 0 && after.size === 0) return NONE;
  const set: (readonly [string, FieldSet])[] = [];
  const removed: (readonly [string, FieldSet])[] = [];
  const note = (element: string, changes: FieldChanges): void => {
    set.push([element, changes.set]);
    removed.push([element, changes.removed]);
  };
  for (const [element, items] of after) {
    const old = before.get(element) ?? [];
    if (items.length === 1 && old.length <= 1) note(element, changed(owned, old[0], items[0]));
    else if (items.length === 1) note(element, { set: collect(owned, items[0], true), removed: LEAF });
    else if (old.length > 1) note(element, { set: isDeepEqual(old, items) ? undefined : LEAF, removed: undefined });
    else note(element, { set: LEAF, removed: old.length === 0 ? undefined : collect(owned, old[0], true) });
  }
  for (const [element, items] of before) {
    if (after.has(element)) continue;
    removed.push([element, items.length === 1 ? collect(owned, items[0], true) : LEAF]);
  }
  return { set: fieldSet(false, set), removed: fieldSet(false, removed) };
}

const LEAF: JsonRecord = Object.freeze({});
const NOTHING: JsonRecord = Object.freeze({});
const NO_ITEMS: Items = new Map();
const FILLED: FieldChanges = Object.freeze({ set: LEAF, removed: undefined });
const NONE: FieldChanges = Object.freeze({ set: undefined, removed: undefined });

/** `tellsContainers`: what holds fields is a field of its own, as it is of an update and not of an apply. */
function collect(owned: FieldOwnership, value: unknown, tellsContainers: boolean): JsonRecord {
  if (owned.isAtomic) return LEAF;
  if (isRecord(value)) return owned.hasMembers ? collectMembers(owned, value, tellsContainers) : LEAF;
  if (!Array.isArray(value) || !owned.isList) return LEAF;
  const result: Record<string, JsonRecord> = tellsContainers ? { '.': LEAF } : {};
  for (const item of value) {
    const element = owned.elementOf(item);
    if (element === undefined) return LEAF;
    if (Object.hasOwn(result, element)) {
      result[element] = LEAF;
      continue;
    }
    const inner = collect(owned.inner, item, tellsContainers);
    result[element] = inner === LEAF || tellsContainers ? inner : { '.': LEAF, ...inner };
  }
  return value.length === 0 ? LEAF : result;
}

function collectMembers(owned: FieldOwnership, value: JsonRecord, tellsContainers: boolean): JsonRecord {
  const { members, inner } = owned;
  const names = Object.keys(value);
  if (names.length === 0) return LEAF;
  const result: Record<string, JsonRecord> = tellsContainers ? { '.': LEAF } : {};
  for (const name of names) {
    const known = members.get(name);
    const within = collect(known?.owned ?? inner, value[name], tellsContainers);
    // A member without a field of its own in the schema is one by being there.
    const isWhole = known !== undefined || within === LEAF || tellsContainers;
    result[known?.element ?? `f:${name}`] = isWhole ? within : { '.': LEAF, ...within };
  }
  return result;
}

/** `k:{"name":"a"}`, `v:"x"`; `undefined` of an item that is not owned on its own. */
export const itemElement = (node: Node, item: unknown): string | undefined => ownershipOf(node).elementOf(item);
