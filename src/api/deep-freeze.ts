import { isRecord } from '../base/is-record.ts';

/**
 * Freezes a JSON value to its leaves, so that it can be shared by reference; parts that are frozen already
 * are taken as frozen throughout. Members that are `undefined` are left out, in a copy where needed.
 */
export function deepFreeze<T>(value: T): T;
export function deepFreeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  return Object.freeze(Array.isArray(value) ? frozenList(value) : isRecord(value) ? frozenObject(value) : value);
}

function frozenList(list: readonly unknown[]): readonly unknown[] {
  let result: unknown[] | undefined;
  for (let index = 0; index < list.length; index++) {
    const item = list[index];
    const frozen = deepFreeze(item);
    if (frozen !== item) (result ??= [...list])[index] = frozen;
  }
  return result ?? list;
}

function frozenObject(source: Readonly<Record<string, unknown>>): object {
  let changed: Map<string, unknown> | undefined;
  for (const name of Object.keys(source)) {
    const item = source[name];
    const frozen = deepFreeze(item);
    if (frozen !== item || item === undefined) (changed ??= new Map()).set(name, frozen);
  }
  if (changed === undefined) return source;
  const replaced = changed;
  return Object.fromEntries(
    Object.entries(source)
      .map(([name, item]) => [name, replaced.has(name) ? replaced.get(name) : item] as const)
      .filter(([, item]) => item !== undefined),
  );
}
