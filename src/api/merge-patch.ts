import { isRecord, member, setMember } from './json-record.ts';

/** RFC 7386. Shares what it keeps, changes nothing in place. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const base = isRecord(target) ? target : {};
  const merged: Record<string, unknown> = { ...base };
  for (const name of Object.keys(patch)) {
    const value = patch[name];
    if (value === null) delete merged[name];
    else setMember(merged, name, mergePatch(member(base, name), value));
  }
  return merged;
}
