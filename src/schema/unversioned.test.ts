import { expect, it } from 'vitest';
import { boolean, int32, list, map, object, quantity, string, type AnySchema } from './schema.ts';
import { unversioned, type Unversioned, type UnversionedStruct } from './unversioned.ts';

const types: Unversioned = {
  structs: new Map<string, UnversionedStruct>([
    ['Ordered', { order: ['b'], names: { a: 'First' } }],
    ['Spread', { spread: ['metadata'] }],
    [
      'Moved',
      { more: { c: boolean().omitEmpty() }, without: ['a'], membersOf: ({ a, ...rest }) => ({ ...rest, c: a }) },
    ],
  ]),
  names: new Map([['ip', 'IP']]),
};
const inner = object({ x: string().omitEmpty() });

it.each<[AnySchema, unknown, unknown]>([
  // What is no pointer in Go shows the zero value of its type.
  [object({ a: string().omitEmpty(), b: int32().omitEmpty(), q: quantity().omitEmpty() }), {}, { A: '', B: 0, Q: '0' }],
  [object({ a: string().optional(), b: inner.optional() }), {}, { A: null, B: null }],
  [object({ b: inner.present() }), {}, { B: { X: '' } }],
  [object({ l: list(inner), m: map(string()) }), {}, { L: null, M: null }],
  [
    object({ l: list(inner), m: map(string()) }),
    { l: [{}], m: { z: '1', a: '2' } },
    { L: [{ X: '' }], M: { a: '2', z: '1' } },
  ],
  [object({ ip: string() }), { ip: 'x' }, { IP: 'x' }],
  [object({ a: string(), b: string() }).named('of.v1.Ordered'), { a: '1', b: '2' }, { B: '2', First: '1' }],
  [object({ metadata: inner }).named('of.v1.Spread'), { metadata: { x: 'y' } }, { X: 'y' }],
  [object({ a: boolean(), b: string() }).named('of.v1.Moved'), { a: true, b: '2' }, { C: true, B: '2' }],
  // What all versions share has tags of its own.
  [object({ b: string(), a: string() }).named('io.k8s.apimachinery.X'), { a: '1', b: '2' }, { b: '2', a: '1' }],
])('as upstream works with it: %#', ({ node }, value, shown) => {
  expect(JSON.stringify(unversioned(node, value, types))).toBe(JSON.stringify(shown));
});
