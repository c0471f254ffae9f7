import { duplicate, invalid, type FieldError } from '../../../../src/api/field-error.ts';
import { isRecord, own } from '../../../../src/base/is-record.ts';
import { at, child } from '../../../../src/schema/field-path.ts';
import type { JsonSchemaProps } from '../v1/json-schema-props.ts';
import { itemsOf, memberOf } from './schema-parts.ts';

/** Items that are there twice in a list that is a set or a map. */
export function repeatedItems(schema: JsonSchemaProps | undefined, value: unknown, path = ''): readonly FieldError[] {
  if (schema === undefined) return [];
  if (isRecord(value)) {
    return Object.entries(value).flatMap(([name, member]) =>
      repeatedItems(
        memberOf(schema, name),
        member,
        own(schema.properties ?? {}, name) === undefined ? at(path, name) : child(path, name),
      ),
    );
  }
  if (!Array.isArray(value)) return [];
  const items = itemsOf(schema);
  return [
    ...repeated(schema, value, path),
    ...value.flatMap((item: unknown, index) => repeatedItems(items, item, at(path, index))),
  ];
}

function repeated(schema: JsonSchemaProps, items: readonly unknown[], path: string): readonly FieldError[] {
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  switch (schema['x-kubernetes-list-type']) {
    case 'set':
      return secondOnes(items).map(index => duplicate(at(path, index), items[index]));
    case 'map': {
      const other = items.findIndex(item => item !== null && !isRecord(item));
      if (other >= 0) {
        return [invalid(at(path, other), items[other], 'must be an object for an array of list-type map')];
      }
      const named = items.map(item => keyOf(isRecord(item) ? item : {}, keys));
      return secondOnes(named).map(index => duplicate(at(path, index), named[index]));
    }
    default:
      return [];
  }
}

const keyOf = (item: Readonly<Record<string, unknown>>, keys: readonly string[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(keys.filter(key => Object.hasOwn(item, key)).map(key => [key, item[key]]));

/** Of each value that is there more than once, where it is for the second time. */
function secondOnes(values: readonly unknown[]): readonly number[] {
  const seen = new Map<string, number>();
  return values.flatMap((value, index) => {
    const text = JSON.stringify(sorted(value));
    const times = (seen.get(text) ?? 0) + 1;
    seen.set(text, times);
    return times === 2 ? [index] : [];
  });
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
