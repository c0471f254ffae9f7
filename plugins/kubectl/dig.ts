import { isRecord, own } from '../../src/base/is-record.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** The value at a path of JSON; a number is a place in a list. `undefined` where the path leads nowhere. */
export function dig(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found = value;
  for (const step of path) {
    if (typeof step === 'number') found = Array.isArray(found) ? found[step] : undefined;
    else found = isRecord(found) ? own(found, step) : undefined;
  }
  return found;
}

/** The text there; a number or truth as text, '' for anything else. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string {
  const found = dig(value, ...path);
  return typeof found === 'string' ? found : typeof found === 'number' || typeof found === 'boolean' ? `${found}` : '';
}

export function numberAt(value: unknown, ...path: readonly (string | number)[]): number | undefined {
  const found = dig(value, ...path);
  return typeof found === 'number' ? found : undefined;
}

export function fieldsAt(value: unknown, ...path: readonly (string | number)[]): Fields {
  const found = dig(value, ...path);
  return isRecord(found) ? found : {};
}

export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = dig(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** A map of texts, such as labels. */
export const textsAt = (value: unknown, ...path: readonly (string | number)[]): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(fieldsAt(value, ...path)).map(([key, each]) => [key, String(each)]));

/** A copy in which `path` holds `next`; what is missing on the way is made, `undefined` takes the field away. */
export function withField(value: unknown, path: readonly string[], next: unknown): Fields {
  const fields = isRecord(value) ? value : {};
  const [key, ...rest] = path;
  if (key === undefined) return fields;
  if (rest.length > 0) return { ...fields, [key]: withField(own(fields, key), rest, next) };
  if (next !== undefined) return { ...fields, [key]: next };
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== key));
}
