import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import { isRecord, own } from '../../../src/base/is-record.ts';
import { textAt, type Fields } from '../dig.ts';
import type { Schemas } from '../openapi/schemas.ts';

/** Tells how fields merge; without one, lists and all that is no object are replaced. */
export interface MergeRules {
  readonly schemas: Schemas;
  readonly schema: Fields;
}

/**
 * What makes the current object what was applied: changes and additions are those of `modified` beside
 * `current`, deletions those of `modified` beside what was applied last.
 * k8s.io/apimachinery/pkg/util/strategicpatch.CreateThreeWayMergePatch, and jsonmergepatch's where there are no rules.
 */
export function threeWayPatch(
  original: Fields,
  modified: Fields,
  current: Fields,
  rules: MergeRules | undefined,
): Fields {
  const patch: Record<string, unknown> = {};
  for (const [key, next] of Object.entries(modified)) {
    const now = own(current, key);
    if (!Object.hasOwn(current, key)) {
      if (next !== null || rules !== undefined) patch[key] = next;
    } else Object.assign(patch, fieldPatch(key, own(original, key), next, now, rules));
  }
  for (const key of Object.keys(original)) {
    if (!Object.hasOwn(modified, key)) patch[key] = null;
  }
  return patch;
}

function fieldPatch(key: string, before: unknown, next: unknown, now: unknown, rules: MergeRules | undefined): Fields {
  const property = rules?.schemas.property(rules.schema, key);
  const strategies = textAt(property, 'x-kubernetes-patch-strategy').split(',');
  if (isRecord(next) && isRecord(now) && !strategies.includes('replace')) {
    const schema = rules?.schemas.resolve(property);
    const inner = rules === undefined || schema === undefined ? undefined : { schemas: rules.schemas, schema };
    const patch = threeWayPatch(isRecord(before) ? before : {}, next, now, inner);
    if (Object.keys(patch).length === 0) return {};
    const retained = strategies.includes('retainKeys') ? { $retainKeys: Object.keys(next).toSorted() } : {};
    return { [key]: { ...patch, ...retained } };
  }
  if (
    Array.isArray(next) &&
    Array.isArray(now) &&
    rules !== undefined &&
    property !== undefined &&
    strategies.includes('merge')
  ) {
    const mergeKey = textAt(property, 'x-kubernetes-patch-merge-key');
    const list: readonly unknown[] = Array.isArray(before) ? before : [];
    return mergeKey === ''
      ? primitivesPatch(key, list, next, now)
      : keyedPatch(key, mergeKey, list, next, now, {
          schemas: rules.schemas,
          schema: rules.schemas.resolve(own(property, 'items')),
        });
  }
  return isDeepEqual(next, now) ? {} : { [key]: next };
}

function primitivesPatch(
  key: string,
  before: readonly unknown[],
  next: readonly unknown[],
  now: readonly unknown[],
): Fields {
  const added = next.filter(item => !now.includes(item));
  const deleted = before.filter(item => !next.includes(item));
  if (added.length === 0 && deleted.length === 0) return {};
  return {
    ...(added.length > 0 ? { [key]: added } : {}),
    ...(deleted.length > 0 ? { [`$deleteFromPrimitiveList/${key}`]: deleted } : {}),
    [`$setElementOrder/${key}`]: next,
  };
}

function keyedPatch(
  key: string,
  mergeKey: string,
  before: readonly unknown[],
  next: readonly unknown[],
  now: readonly unknown[],
  rules: MergeRules,
): Fields {
  const keyOf = (item: unknown): unknown => (isRecord(item) ? own(item, mergeKey) : undefined);
  const withKey = (list: readonly unknown[], wanted: unknown): unknown =>
    list.find(item => isDeepEqual(keyOf(item), wanted));
  const changed = next.flatMap(item => {
    const there = withKey(now, keyOf(item));
    if (!isRecord(item) || !isRecord(there)) return [item];
    const earlier = withKey(before, keyOf(item));
    const patch = threeWayPatch(isRecord(earlier) ? earlier : {}, item, there, rules);
    return Object.keys(patch).length === 0 ? [] : [{ ...patch, [mergeKey]: keyOf(item) }];
  });
  const deleted = before
    .filter(item => withKey(next, keyOf(item)) === undefined)
    .map(item => ({ $patch: 'delete', [mergeKey]: keyOf(item) }));
  const kept = now.map(keyOf).filter(each => withKey(next, each) !== undefined);
  const wanted = next.map(keyOf).filter(each => withKey(now, each) !== undefined);
  if (changed.length === 0 && deleted.length === 0 && isDeepEqual(kept, wanted)) return {};
  return {
    ...(changed.length + deleted.length > 0 ? { [key]: [...changed, ...deleted] } : {}),
    [`$setElementOrder/${key}`]: next.map(item => ({ [mergeKey]: keyOf(item) })),
  };
}
