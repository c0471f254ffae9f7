import { isRecord, own } from '../base/is-record.ts';
import { setMember } from '../base/set-member.ts';

export { isRecord, own as member, setMember };

/** A JSON object. Members are own properties, whatever they are called: `__proto__` is a key like any other. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** A copy with one member set. */
export function withMember(record: JsonRecord, name: string, value: unknown): JsonRecord {
  const copy = { ...record };
  setMember(copy, name, value);
  return copy;
}

export function withoutMember(record: JsonRecord, name: string): JsonRecord {
  const { [name]: _gone, ...rest } = record;
  return rest;
}
