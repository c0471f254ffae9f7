import { isRecord, own } from '../base/is-record.ts';

export { isRecord, own as member };

/** A JSON object. Members are own properties, whatever they are called: `__proto__` is a key like any other. */
export type JsonRecord = Readonly<Record<string, unknown>>;

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
