import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDeepEqual } from '../base/deep-equal.ts';
import { isRecord } from '../base/is-record.ts';
import { childNode, isAtomic, listMeta } from '../schema/patch-meta.ts';
import { list, object, string, type Node } from '../schema/schema.ts';
import { schemaAndValues } from '../schema/testing/any-schema.ts';
import { configurationProblems } from './configuration-problems.ts';
import { union, type FieldSet } from './field-set.ts';
import { changedFields, fieldsOf } from './object-fields.ts';

describe('fields of objects of any schema', () => {
  it('are what a plain walk finds', () => {
    fc.assert(
      fc.property(schemaAndValues, ([schema, value]) => {
        expect(fieldsOf(schema, value)).toEqual(found(schema, value));
      }),
      { numRuns: 2000 },
    );
  });

  it('that changed are what a plain walk finds', () => {
    fc.assert(
      fc.property(schemaAndValues, ([schema, old, next]) => {
        const { set, removed } = changedFields(schema, old, next);
        expect([set, removed]).toEqual(between(schema, old, next));
      }),
      { numRuns: 2000 },
    );
  });
});

it('tells no items of an atomic list for duplicates', () => {
  const { node } = object({ rules: list(object({ host: string() })) });
  expect(configurationProblems(node, { rules: [{ host: 'a' }, { host: 'b' }] })).toEqual([]);
});

const LEAF = {};
type Parts = ReadonlyMap<string, { readonly node: Node | undefined; readonly values: readonly unknown[] }>;

/** By path element, `undefined` where a value is owned as a whole. */
function partsOf(node: Node | undefined, value: unknown): Parts | undefined {
  if (node !== undefined && isAtomic(node)) return undefined;
  if (isRecord(value) && (node === undefined || node.kind === 'object' || node.kind === 'map')) {
    const child = (key: string) => (node === undefined ? undefined : childNode(node, key));
    return new Map(Object.entries(value).map(([key, part]) => [`f:${key}`, { node: child(key), values: [part] }]));
  }
  if (!Array.isArray(value) || node?.kind !== 'list') return undefined;
  const parts = new Map<string, { readonly node: Node; readonly values: unknown[] }>();
  for (const item of value as readonly unknown[]) {
    const element = elementOf(node, item);
    if (element === undefined) return undefined;
    const same = parts.get(element);
    if (same === undefined) parts.set(element, { node: node.item, values: [item] });
    else same.values.push(item);
  }
  return parts;
}

function elementOf(node: Node & { readonly kind: 'list' }, item: unknown): string | undefined {
  const { listType, mapKeys = [] } = listMeta(node) ?? {};
  if (listType === 'set') return `v:${JSON.stringify(item)}`;
  if (!isRecord(item)) return undefined;
  const standing = (key: string) => childNode(node.item, key)?.meta.default;
  const keys = [...mapKeys].sort().map(key => [key, (Object.hasOwn(item, key) ? item[key] : null) ?? standing(key)]);
  return `k:${JSON.stringify(Object.fromEntries(keys.filter(([, value]) => value !== undefined)))}`;
}

/** Of an apply; `tells`: of an update, where what holds fields is one itself. */
function found(node: Node | undefined, value: unknown, tells = false): Exclude<FieldSet, undefined> {
  const parts = partsOf(node, value);
  if (parts === undefined || parts.size === 0) return LEAF;
  const isNamed = (element: string): boolean =>
    node?.kind === 'object' && element.startsWith('f:') && childNode(node, element.slice(2)) !== undefined;
  const sets = [...parts].map(([element, part]) => {
    const inner = part.values.length > 1 ? LEAF : found(part.node, part.values[0], tells);
    const isThere = !isNamed(element) && !tells && Object.keys(inner).length > 0;
    return [element, isThere ? { '.': LEAF, ...inner } : inner];
  });
  return Object.fromEntries(tells ? [['.', LEAF], ...sets] : sets);
}

function between(node: Node | undefined, old: unknown, next: unknown): readonly [FieldSet, FieldSet] {
  if (old === undefined) return [next === undefined ? undefined : found(node, next, true), undefined];
  if (next === undefined) return [undefined, found(node, old, true)];
  const [before, after] = [partsOf(node, old ?? emptyLike(next)), partsOf(node, next ?? emptyLike(old))];
  if (before === undefined || after === undefined)
    return isDeepEqual(old, next) ? [undefined, undefined] : [LEAF, undefined];
  if (old === null && Array.isArray(next) && after.size === 0) return [LEAF, undefined];
  const set: [string, FieldSet][] = [];
  const removed: [string, FieldSet][] = [];
  for (const [element, { node: inner, values }] of after) {
    const [added, gone] = ofPart(inner, before.get(element)?.values ?? [], values);
    set.push([element, added]);
    removed.push([element, gone]);
  }
  for (const [element, { node: inner, values }] of before) {
    if (!after.has(element)) removed.push([element, values.length > 1 ? LEAF : found(inner, values[0], true)]);
  }
  return [joined(set), joined(removed)];
}

/** `null` has no parts, whatever it stands beside. */
const emptyLike = (value: unknown): unknown => (Array.isArray(value) ? [] : isRecord(value) ? {} : value);

function ofPart(
  node: Node | undefined,
  old: readonly unknown[],
  next: readonly unknown[],
): readonly [FieldSet, FieldSet] {
  if (next.length === 1 && old.length <= 1) return between(node, old[0], next[0]);
  if (next.length === 1) return [found(node, next[0], true), LEAF];
  if (old.length > 1) return [isDeepEqual(old, next) ? undefined : LEAF, undefined];
  return [LEAF, old.length === 0 ? undefined : found(node, old[0], true)];
}

const joined = (parts: readonly (readonly [string, FieldSet])[]): FieldSet =>
  parts.reduce<FieldSet>(
    (all, [element, set]) => union(all, set === undefined ? undefined : { [element]: set }),
    undefined,
  );
