/** Equality of JSON values; an `undefined` member counts as absent. */
export function isDeepEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((v, i) => isDeepEqual(v, b[i]));
  }
  return hasAllOf(a, b) && Object.entries(b).every(([key, value]) => value === undefined || Object.hasOwn(a, key));
}

function hasAllOf(a: object, b: object): boolean {
  const other = new Map<string, unknown>(Object.entries(b));
  return Object.entries(a).every(([key, value]) => value === undefined || isDeepEqual(value, other.get(key)));
}
