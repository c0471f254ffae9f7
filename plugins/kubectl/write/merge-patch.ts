import { isRecord } from '../../../src/base/is-record.ts';

/** RFC 7396. */
export function mergePatch(value: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const merged: Record<string, unknown> = isRecord(value) ? { ...value } : {};
  for (const [key, next] of Object.entries(patch)) {
    if (next === null) delete merged[key];
    else merged[key] = mergePatch(Object.hasOwn(merged, key) ? merged[key] : undefined, next);
  }
  return merged;
}
