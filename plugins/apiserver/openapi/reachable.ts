import { isRecord } from '../../../src/base/is-record.ts';
import type { JsonRecord } from '../../../src/api/json-record.ts';

/** Names of the schemas that `roots` refer to, by `$ref` below `prefix`, directly or not. */
export function reachable(roots: readonly unknown[], schemas: JsonRecord, prefix: string): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...roots];
  while (open.length > 0) {
    const value = open.pop();
    if (Array.isArray(value)) open.push(...(value as readonly unknown[]));
    if (!isRecord(value)) continue;
    for (const [key, inner] of Object.entries(value)) {
      const name = key === '$ref' && typeof inner === 'string' ? inner.slice(prefix.length) : undefined;
      if (name === undefined) open.push(inner);
      else if (!found.has(name) && Object.hasOwn(schemas, name)) {
        found.add(name);
        open.push(schemas[name]);
      }
    }
  }
  return found;
}
