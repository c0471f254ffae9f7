import { deepFreeze } from '../../../../src/api/deep-freeze.ts';
import { isRecord, own } from '../../../../src/base/is-record.ts';
import type { JsonSchemaProps } from '../v1/json-schema-props.ts';
import { itemsOf, memberOf } from './schema-parts.ts';

/**
 * `value` with the defaults of its schema: what is left out, or null where null is no value, is filled in; such a null
 * without a default is left out. Shares what it keeps and never changes its argument; what is of a wrong type stays.
 */
export function settleValue(schema: JsonSchemaProps | undefined, value: unknown): unknown {
  if (schema === undefined) return value;
  if (isRecord(value)) return settleMembers(schema, value);
  if (!Array.isArray(value)) return value;
  const items = itemsOf(schema);
  const settled = value.map((item: unknown) => settleValue(items, standsForNull(items, item) ? items?.default : item));
  return settled.every((item, index) => item === value[index]) ? value : settled;
}

function settleMembers(schema: JsonSchemaProps, value: Readonly<Record<string, unknown>>): unknown {
  const missing = Object.entries(schema.properties ?? {}).filter(
    ([name, member]) => member.default !== undefined && own(value, name) === undefined,
  );
  let isSame = missing.length === 0;
  const members = Object.entries(value).flatMap(([name, member]): readonly (readonly [string, unknown])[] => {
    const part = memberOf(schema, name);
    const isNull = standsForNull(part, member);
    if (isNull && part?.default === undefined) {
      isSame = false;
      return [];
    }
    const settled = settleValue(part, isNull ? part?.default : member);
    isSame &&= settled === member;
    return [[name, settled]];
  });
  if (isSame) return value;
  const added = missing.map(([name, member]) => [name, settleValue(member, deepFreeze(member.default))] as const);
  return Object.fromEntries([...members, ...added]);
}

/** Null, where the schema knows no null. */
const standsForNull = (schema: JsonSchemaProps | undefined, value: unknown): boolean =>
  value === null && schema !== undefined && schema.nullable !== true;
