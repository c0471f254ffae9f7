import { expect, it } from 'vitest';
import { openApiSchemas } from './openapi.ts';
import { int32, object } from './schema.ts';

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
