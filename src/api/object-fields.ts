import { isDeepEqual } from '../base/deep-equal.ts';
import { childNode, isAtomic, listMeta } from '../schema/patch-meta.ts';
import type { Node } from '../schema/schema.ts';
import { fieldSet, union, type FieldSet } from './field-set.ts';
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

export function changedFields(node: Node | undefined, old: unknown, next: unknown): FieldChanges {
  if (old === next) return NONE;
  if (old === undefined) return { set: collect(node, next, true), removed: undefined };
  if (next === undefined) return { set: undefined, removed: collect(node, old, true) };
  if (isFields(node, old) && isFields(node, next)) return changedMembers(node, old, next);
  const [before, after] = [elements(node, old), elements(node, next)];
  if (before === undefined || after === undefined)
    return isDeepEqual(old, next) ? NONE : { set: LEAF, removed: undefined };
  const set: (readonly [string, FieldSet])[] = [];
  const removed: (readonly [string, FieldSet])[] = [];
  for (const [element, item] of after) {
    const changes = changedFields(item.node, before.get(element)?.value, item.value);
    const isNewItem = item.isItem && !before.has(element);
    set.push([element, isNewItem ? union(changes.set, LEAF) : changes.set]);
    removed.push([element, changes.removed]);
  }
  for (const [element, item] of before) {
    if (!after.has(element)) removed.push([element, union(collect(item.node, item.value, true), LEAF)]);
  }
  return { set: fieldSet(false, set), removed: fieldSet(false, removed) };
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
    removed[`f:${name}`] = union(collect(childOf(node, name), old[name], true), LEAF) ?? LEAF;
    hasRemoved = true;
  }
  return { set: hasSet ? set : undefined, removed: hasRemoved ? removed : undefined };
}

const childOf = (node: Node | undefined, name: string): Node | undefined =>
  node === undefined ? undefined : childNode(node, name);

const LEAF: JsonRecord = Object.freeze({});
const NONE: FieldChanges = Object.freeze({ set: undefined, removed: undefined });

/** `tellsOptional`: containers that were not there before are fields of their own, as they are of an update. */
function collect(node: Node | undefined, value: unknown, tellsOptional: boolean): JsonRecord {
  if (node !== undefined && isAtomic(node)) return LEAF;
  const result: Record<string, unknown> = tellsOptional && node?.meta.optional === true ? { '.': LEAF } : {};
  let isEmpty = true;
  if (isRecord(value)) {
    if (node !== undefined && node.kind !== 'object' && node.kind !== 'map') return LEAF;
    for (const name of Object.keys(value)) {
      isEmpty = false;
      result[`f:${name}`] = collect(childOf(node, name), value[name], tellsOptional);
    }
    return isEmpty ? LEAF : result;
  }
  if (!Array.isArray(value) || node?.kind !== 'list') return LEAF;
  for (const item of value) {
    const element = itemElement(node, item);
    if (element === undefined || Object.hasOwn(result, element)) return LEAF;
    isEmpty = false;
    const inner = collect(node.item, item, tellsOptional);
    result[element] = inner === LEAF ? LEAF : { '.': LEAF, ...inner };
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
