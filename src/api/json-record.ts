/** A JSON object. Members are own properties, whatever they are called: `__proto__` is a key like any other. */
export type JsonRecord = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The own member, never one of `Object.prototype`. */
export const member = (record: JsonRecord, name: string): unknown =>
  Object.hasOwn(record, name) ? record[name] : undefined;

/** A copy with one member set. */
export function withMember(record: JsonRecord, name: string, value: unknown): JsonRecord {
  const copy = { ...record };
  Object.defineProperty(copy, name, { value, enumerable: true, configurable: true, writable: true });
  return copy;
}

export function withoutMember(record: JsonRecord, name: string): JsonRecord {
  const { [name]: _gone, ...rest } = record;
  return rest;
}
