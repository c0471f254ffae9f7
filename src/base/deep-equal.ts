/** Equality of JSON values; an `undefined` member counts as absent. Looks at no more than the smaller of the two. */
export function isDeepEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((v, i) => isDeepEqual(v, b[i]));
  }
  return hasAllOf(a, b) && hasNoOther(b, a);
}

function hasAllOf(a: object, b: object): boolean {
  for (const key in a) {
    const value = memberOf(a, key);
    if (value !== undefined && !isDeepEqual(value, memberOf(b, key))) return false;
  }
  return true;
}

function hasNoOther(b: object, a: object): boolean {
  for (const key in b) if (memberOf(b, key) !== undefined && memberOf(a, key) === undefined) return false;
  return true;
}

const memberOf = (record: object, key: string): unknown =>
  Object.hasOwn(record, key) ? (record as Readonly<Record<string, unknown>>)[key] : undefined;
