import { describe, expect, it } from 'vitest';
import * as s from '../schema/schema.ts';
import { forbidden, invalid, placed, required } from './field-error.ts';
import { inFieldOrder } from './in-field-order.ts';

const { node } = s.object({
  name: s.string(),
  items: s.list(s.object({ key: s.string(), port: s.int32() })),
  amounts: s.map(s.string()),
  last: s.string(),
});
if (node.kind !== 'object') throw new Error('not an object');
const root = node;

describe('the order of complaints', () => {
  it.each([
    [
      ['last', 'items[10].key', 'items[2].port', 'items[2].key', 'name'],
      ['name', 'items[2].key', 'items[2].port', 'items[10].key', 'last'],
    ],
    [
      ['items[0].key', 'items[0]', 'items'],
      ['items', 'items[0]', 'items[0].key'],
    ],
    [
      ['odd', 'last', 'metadata.name'],
      ['metadata.name', 'last', 'odd'],
    ],
    [
      ['last', 'amounts[b.c/d]', 'amounts[a]', 'items'],
      ['items', 'amounts[b.c/d]', 'amounts[a]', 'last'],
    ],
  ])('%j', (fields, expected) => {
    const errors = fields.map(field => required(field));
    expect(inFieldOrder(root, errors).map(({ field }) => field)).toEqual(expected);
  });

  it('keeps the order given at one place, and goes by the place of a complaint, not by its name', () => {
    const errors = [
      forbidden('items[1].port', 'b'),
      forbidden('items[1].port', 'a'),
      ...placed('items[0]', [invalid('items', 1, 'c')]),
      ...placed('last', [required('name')]),
    ];
    expect(inFieldOrder(root, errors).map(({ detail, field }) => detail || field)).toEqual(['c', 'b', 'a', 'name']);
  });
});
