import { describe, expect, it } from 'vitest';
import { fieldErrorBody } from '../../../../src/api/field-error.ts';
import type { JsonSchemaProps } from '../v1/json-schema-props.ts';
import { repeatedItems } from './repeated-items.ts';
import { pruneObject } from './prune-value.ts';
import { settleValue } from './settle-value.ts';
import { validateValue } from './validate-value.ts';

const told = (schema: JsonSchemaProps, value: unknown, old?: unknown): readonly string[] =>
  validateValue({ type: 'object', properties: { a: schema } }, { a: value }, old).map(
    error => `${error.field}: ${fieldErrorBody(error)}`,
  );
const typed = (type: string, found: string): string =>
  `a: Invalid value: "${found}": a in body must be of type ${type}: "${found}"`;

/** As a kube-apiserver 1.36.3 was seen to word them. */
describe('what is wrong with a value, by its schema', () => {
  it.each<[string, JsonSchemaProps, unknown, readonly string[]]>([
    ['text', { type: 'string' }, 'x', []],
    ['a number for a text', { type: 'string' }, 5, [typed('string', 'integer')]],
    ['a fraction for a whole number', { type: 'integer' }, 1.5, [typed('integer', 'number')]],
    ['a whole number for a number', { type: 'number' }, 1, []],
    ['null', { type: 'string' }, null, [typed('string', 'null')]],
    ['null where it is a value', { type: 'string', nullable: true }, null, []],
    ['a text for a number or text', { 'x-kubernetes-int-or-string': true }, 'x', []],
    [
      'a boolean for a number or text',
      { 'x-kubernetes-int-or-string': true },
      true,
      [typed('integer,string', 'boolean')],
    ],
    ['no choice', { type: 'string', enum: ['x', 'y'] }, 'z', ['a: Unsupported value: "z": supported values: "x", "y"']],
    ['too long', { type: 'string', maxLength: 2 }, 'xyz', ['a: Too long: may not be more than 2 bytes']],
    ['characters are counted, not their halves', { type: 'string', maxLength: 2 }, '😀😀', []],
    [
      'too short',
      { type: 'string', minLength: 2 },
      '😀',
      ['a: Invalid value: "😀": a in body should be at least 2 chars long'],
    ],
    ['no match', { type: 'string', pattern: '^x+$' }, 'y', [`a: Invalid value: "y": a in body should match '^x+$'`]],
    ['no date', { type: 'string', format: 'date-time' }, 'y', [typed('date-time', 'y')]],
    ['a format that nobody knows', { type: 'string', format: 'foo' }, 'y', []],
    [
      'too large',
      { type: 'integer', maximum: 3 },
      4,
      ['a: Invalid value: 4: a in body should be less than or equal to 3'],
    ],
    [
      'the bound itself',
      { type: 'integer', maximum: 3, exclusiveMaximum: true },
      3,
      ['a: Invalid value: 3: a in body should be less than 3'],
    ],
    [
      'too small',
      { type: 'number', minimum: 0.5 },
      0,
      ['a: Invalid value: 0: a in body should be greater than or equal to 0.5'],
    ],
    [
      'no multiple',
      { type: 'integer', multipleOf: 3 },
      4,
      ['a: Invalid value: 4: a in body should be a multiple of 3'],
    ],
    ['too many items', { type: 'array', maxItems: 1 }, [1, 2], ['a: Too many: 2: must have at most 1 items']],
    [
      'too few items',
      { type: 'array', minItems: 1 },
      [],
      ['a: Invalid value: 0: a in body should have at least 1 items'],
    ],
    [
      'items',
      { type: 'array', items: { type: 'string' } },
      [1],
      ['a[0]: Invalid value: "integer": a[0] in body must be of type string: "integer"'],
    ],
    ['what is required', { type: 'object', required: ['b'] }, {}, ['a.b: Required value']],
    [
      'additional members',
      { type: 'object', additionalProperties: { type: 'string' } },
      { b: 1 },
      ['a.b: Invalid value: "integer": a.b in body must be of type string: "integer"'],
    ],
    [
      'none of several',
      { type: 'object', anyOf: [{ required: ['b'] }, { required: ['c'] }] },
      {},
      ['<nil>: Invalid value: "": "a" must validate at least one schema (anyOf)', 'a.b: Required value'],
    ],
    [
      'two of which one is allowed',
      { type: 'object', oneOf: [{ required: ['b'] }, { required: ['c'] }] },
      { b: 1, c: 1 },
      ['<nil>: Invalid value: "": "a" must validate one and only one schema (oneOf). Found 2 valid alternatives'],
    ],
    [
      'not all',
      { type: 'integer', allOf: [{ minimum: 1 }, { maximum: 3 }] },
      0,
      [
        'a: Invalid value: 0: a in body should be greater than or equal to 1',
        '<nil>: Invalid value: "": "a" must validate all the schemas (allOf)',
      ],
    ],
    [
      'what must not hold',
      { type: 'integer', not: { minimum: 1 } },
      2,
      ['<nil>: Invalid value: "": "a" must not validate the schema (not)'],
    ],
  ])('%s', (_name, schema, value, expected) => {
    expect(told(schema, value)).toEqual(expected);
  });

  it('a pattern that would take for ever elsewhere takes its time by the length of the text', () => {
    expect(told({ type: 'string', pattern: '^(a+)+$' }, `${'a'.repeat(5000)}b`)).toHaveLength(1);
  });

  it('what was wrong already and did not change is let pass', () => {
    const schema: JsonSchemaProps = { type: 'object', properties: { b: { maximum: 1 }, c: { maximum: 1 } } };
    expect(told(schema, { b: 5, c: 0 }, { a: { b: 5, c: 1 } })).toEqual([]);
    expect(told(schema, { b: 6, c: 0 }, { a: { b: 5, c: 1 } })).toHaveLength(1);
  });
});

describe('items that are there twice', () => {
  const schema: JsonSchemaProps = {
    type: 'object',
    properties: {
      set: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
      map: {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['k', 'l'],
        items: { type: 'object' },
      },
    },
  };
  it.each([
    [{ set: ['a', 'b', 'a', 'a'] }, ['set[2]: Duplicate value: "a"']],
    [
      {
        map: [
          { k: 1, v: 1 },
          { k: 1, v: 2 },
          { k: 1, l: 1 },
        ],
      },
      ['map[1]: Duplicate value: {"k":1}'],
    ],
    [{ map: [{ k: 1 }, 5] }, ['map[1]: Invalid value: 5: must be an object for an array of list-type map']],
    [{ set: ['a'], map: [] }, []],
  ])('%j', (value, expected) => {
    expect(repeatedItems(schema, value).map(error => `${error.field}: ${fieldErrorBody(error)}`)).toEqual(expected);
  });
});

describe('defaults', () => {
  const schema: JsonSchemaProps = {
    type: 'object',
    properties: {
      a: { type: 'string', default: 'x' },
      n: { type: 'string', nullable: true, default: 'y' },
      p: { type: 'string' },
      o: { type: 'object', default: {}, properties: { q: { type: 'integer', default: 3 } } },
      l: { type: 'array', items: { type: 'object', properties: { z: { type: 'integer', default: 4 } } } },
      m: { type: 'object', additionalProperties: { type: 'object', properties: { z: { default: 4 } } } },
    },
  };
  it.each([
    [{}, { a: 'x', n: 'y', o: { q: 3 } }],
    [
      { a: null, n: null, p: null, o: { q: 1 } },
      { a: 'x', n: null, o: { q: 1 } },
    ],
    [
      { a: '', n: '', o: {}, l: [{}, { z: 5 }], m: { k: {} } },
      { a: '', n: '', o: { q: 3 }, l: [{ z: 4 }, { z: 5 }], m: { k: { z: 4 } } },
    ],
    [
      { a: 5, n: '', o: 'wrong' },
      { a: 5, n: '', o: 'wrong' },
    ],
  ])('%j', (value, expected) => {
    const settled = settleValue(schema, value);
    expect(settled).toEqual(expected);
    expect(settleValue(schema, settled)).toBe(settled);
  });
});

describe('what no schema describes', () => {
  const schema: JsonSchemaProps = {
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        properties: {
          a: { type: 'string' },
          any: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { b: { type: 'object' } } },
          list: { type: 'array', items: { type: 'object', properties: { k: { type: 'string' } } } },
          open: { type: 'object', additionalProperties: true },
          inner: { type: 'object', 'x-kubernetes-embedded-resource': true, properties: { spec: { type: 'object' } } },
        },
      },
    },
  };
  it('is told and left out, but where it is to be kept', () => {
    const object = {
      apiVersion: 'v',
      kind: 'K',
      metadata: { name: 'x', odd: 1 },
      other: 1,
      spec: {
        a: 'x',
        b: 1,
        ['__proto__']: 1,
        any: { c: { d: 1 }, b: { e: 1 } },
        list: [{ k: 'x', l: 1 }],
        open: { m: 1 },
        inner: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'y' }, status: {} },
      },
    };
    const { value, unknown } = pruneObject(schema, object);
    expect(value).toEqual({
      apiVersion: 'v',
      kind: 'K',
      metadata: { name: 'x', odd: 1 },
      spec: {
        a: 'x',
        any: { c: { d: 1 }, b: {} },
        list: [{ k: 'x' }],
        open: { m: 1 },
        inner: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'y' } },
      },
    });
    expect(unknown).toEqual([
      'other',
      'spec.__proto__',
      'spec.any.b.e',
      'spec.b',
      'spec.inner.status',
      'spec.list[0].l',
    ]);
    expect(pruneObject(schema, value).value).toBe(value);
  });
});
