import { isRecord, member } from './json-record.ts';

/** RFC 7386. Shares what it keeps, changes nothing in place. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const base = isRecord(target) ? target : {};
  const merged = new Map(Object.entries(base));
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, mergePatch(member(base, name), value));
  }
  return Object.fromEntries(merged);
}
