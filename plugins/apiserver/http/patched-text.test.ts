import { expect, it } from 'vitest';
import type { Patch } from '../../../src/api/client.ts';
import { object, string, type Node } from '../../../src/schema/schema.ts';
import { patchedText } from './patched-text.ts';

const { node } = object({
  kind: string(),
  metadata: object({ uid: string(), name: string() }),
  spec: object({ b: string(), a: string() }),
});
const patched = { spec: { a: '1', b: '2' }, kind: 'K', metadata: { name: 'n', uid: '<u>' } };

it.each<[string, Node, Patch, string]>([
  // The patch went through the whole alone: what is in it keeps the order of the structs.
  [
    'through the whole',
    node,
    { type: 'merge', body: { kind: 'K' } },
    '{"kind":"K","metadata":{"uid":"\\u003cu\\u003e","name":"n"},"spec":{"b":"2","a":"1"}}',
  ],
  [
    'through a part',
    node,
    { type: 'merge', body: { metadata: { name: 'n' } } },
    '{"kind":"K","metadata":{"name":"n","uid":"\\u003cu\\u003e"},"spec":{"b":"2","a":"1"}}',
  ],
  [
    'by operations: as given, where it was given',
    node,
    { type: 'json', body: [{ op: 'replace', path: '/spec', value: {} }] },
    '{"kind":"K","metadata":{"uid":"\\u003cu\\u003e","name":"n"},"spec":{"a":"1","b":"2"}}',
  ],
  [
    'of a kind that has no structs',
    { kind: 'json', meta: {} },
    { type: 'merge', body: { spec: { b: '2' } } },
    '{"kind":"K","metadata":{"name":"n","uid":"\\u003cu\\u003e"},"spec":{"a":"1","b":"2"}}',
  ],
])('%s', (_title, shape, patch, text) => {
  expect(patchedText(shape, patched, patch)).toBe(text);
});
