import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isRecord } from '../base/is-record.ts';
import { json, list, map, object, string, type Node } from './schema.ts';
import { schemaAndValues } from './testing/any-schema.ts';
import { prune, unknownFields } from './unknown-fields.ts';

const { node } = object({
  spec: object({ items: list(object({ name: string() })), labels: map(string()), any: json() }),
});
const value = JSON.parse(
  '{"spec":{"items":[{"name":"a"},{"name":"b","nmae":1}],"labels":{"x":"y"},"any":{"free":1},"constructor":2},"status":{}}',
) as unknown;

it('names what the schema does not know', () => {
  expect(unknownFields(node, value)).toEqual(['spec.items[1].nmae', 'spec.constructor', 'status']);
});

it('drops it and shares the rest', () => {
  const pruned = prune(node, value) as { spec: { items: readonly unknown[] } };
  expect(unknownFields(node, pruned)).toEqual([]);
  expect(pruned.spec.items[0]).toBe((value as typeof pruned).spec.items[0]);
  expect(prune(node, pruned)).toBe(pruned);
});

it('lists no more than a hundred', () => {
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`f${index}`, 1]));
  expect(unknownFields(node, many)).toHaveLength(100);
});

it('names what a plain walk names, of any schema', () => {
  fc.assert(
    fc.property(schemaAndValues, ([schema, given]) => {
      expect(unknownFields(schema, given)).toEqual(plainly(schema, given, ''));
      expect(unknownFields(schema, prune(schema, given))).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});

function plainly(schema: Node, given: unknown, path: string): readonly string[] {
  if (schema.kind === 'list' && Array.isArray(given)) {
    return given.flatMap((item, index) => plainly(schema.item, item, `${path}[${index}]`));
  }
  if (!isRecord(given) || (schema.kind !== 'map' && schema.kind !== 'object')) return [];
  return Object.entries(given).flatMap(([key, item]) => {
    const prop =
      schema.kind === 'map' ? schema.value : Object.hasOwn(schema.props, key) ? schema.props[key] : undefined;
    const inner = path === '' ? key : `${path}.${key}`;
    return prop === undefined ? [inner] : plainly(prop, item, inner);
  });
}
