import { describe, expect, it } from 'vitest';
import { openApiSchemas } from './openapi.ts';
import { boolean, bytes, int32, json, list, object, string } from './schema.ts';

const inner = object({ x: int32().optional() }).named('Inner').doc('What an inner is.');
const rootOf = (fields: Parameters<typeof object>[0]) => {
  const { node } = object(fields).named('Root').doc('The whole.');
  if (node.kind !== 'object') throw new Error('an object was made');
  return node;
};
const told = (fields: Parameters<typeof object>[0]) => {
  const { Inner, Root } = openApiSchemas([rootOf(fields)], 'v3');
  return { type: Inner?.['description'], root: Root?.['description'], fields: Root?.['properties'] };
};

it('tells what a field means and what its type means, each in its place', () => {
  const { type, root, fields } = told({ a: inner.optional().doc('What this one is for.') });
  expect(type).toBe('What an inner is.');
  expect(root).toBe('The whole.');
  expect(fields).toMatchObject({ a: { description: 'What this one is for.' } });
});

it('tells once what a field says in the words of its type', () => {
  const { type, fields } = told({ a: inner.optional(), b: inner.optional().doc('What this one is for.') });
  expect(type).toBeUndefined();
  expect(fields).toMatchObject({
    a: { description: 'What an inner is.' },
    b: { description: 'What this one is for.' },
  });
});

describe('what stands for a missing value', () => {
  const fields = {
    zeta: string().doc('Required.'),
    alpha: int32().zero(),
    pointer: int32().min(0).max(9).default(5),
    told: string().whenEmpty('TCP').tells('TCP'),
    plain: boolean().default(false),
    silent: boolean().default(false).tells(null),
    certificates: bytes().bytesAsList().omitEmpty(),
    any: json().anyType('Any').omitEmpty(),
    chosen: object({ a: string().optional() }).union({ a: 'A' }, 'type').replaced().omitEmpty(),
    empty: string().omitEmpty(),
    nested: inner.present(),
    texts: list(string()).omitEmpty(),
    whole: list(inner).plain().omitEmpty(),
  };
  const { Root: v3 } = openApiSchemas([rootOf(fields)], 'v3');
  const { Root: v2 } = openApiSchemas([rootOf(fields)], 'v2');

  it('is told in version 3: zero values, and the defaults that are to be told', () => {
    expect(v3?.['properties']).toEqual({
      zeta: { type: 'string', default: '', description: 'Required.' },
      alpha: { type: 'integer', format: 'int32', default: 0 },
      pointer: { type: 'integer', format: 'int32' },
      told: { type: 'string', default: 'TCP' },
      plain: { type: 'boolean', default: false },
      silent: { type: 'boolean' },
      certificates: { type: 'string', format: 'byte', 'x-kubernetes-list-type': 'atomic' },
      any: { $ref: '#/components/schemas/Any' },
      chosen: {
        type: 'object',
        properties: { a: { type: 'string' } },
        'x-kubernetes-unions': [{ discriminator: 'type', 'fields-to-discriminateBy': { a: 'A' } }],
        'x-kubernetes-patch-strategy': 'replace',
      },
      empty: { type: 'string' },
      nested: { allOf: [{ $ref: '#/components/schemas/Inner' }], default: {}, description: 'What an inner is.' },
      texts: { type: 'array', items: { type: 'string', default: '' }, 'x-kubernetes-list-type': 'atomic' },
      whole: { type: 'array', items: { allOf: [{ $ref: '#/components/schemas/Inner' }], default: {} } },
    });
  });

  it('is not told in version 2', () => {
    expect(JSON.stringify(v2)).not.toContain('default');
  });

  it('does not make a field optional that has to be there, in the order of declaration', () => {
    expect(v3?.['required']).toEqual(['zeta', 'alpha']);
  });
});
