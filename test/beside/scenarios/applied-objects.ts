import type { Scenario, Step } from '../step.ts';

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const GROUP = 'NS.applied.example.com';

const text = { type: 'string' };
const KEEPS = { 'x-kubernetes-preserve-unknown-fields': true };
const spec = {
  type: 'object',
  properties: {
    a: text,
    open: { type: 'object', ...KEEPS, properties: { a: text, closed: { type: 'object', properties: { a: text } } } },
    free: { type: 'object' },
    any: KEEPS,
    map: { type: 'object', additionalProperties: { type: 'object', ...KEEPS } },
    list: { type: 'array', items: { type: 'object', ...KEEPS, properties: { a: text } } },
    inner: {
      type: 'object',
      'x-kubernetes-embedded-resource': true,
      properties: { spec: { type: 'object', properties: { a: text } } },
    },
  },
};

const definition = (plural: string, kind: string, schema: object): Step => ({
  method: 'POST',
  path: DEFINITIONS,
  body: {
    metadata: { name: `${plural}.${GROUP}` },
    spec: {
      group: GROUP,
      scope: 'Namespaced',
      names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  },
});

const apply = (plural: string, kind: string, name: string, body: object): Step => ({
  method: 'PATCH',
  path: `/apis/${GROUP}/v1/namespaces/NS/${plural}/${name}?fieldManager=me`,
  type: 'application/apply-patch+yaml',
  body: { apiVersion: `${GROUP}/v1`, kind, metadata: { name }, ...body },
});
const repeating = (plural: string, kind: string, name: string, validation: string): Step => ({
  method: 'PATCH',
  path: `/apis/${GROUP}/v1/namespaces/NS/${plural}/${name}?fieldManager=me&fieldValidation=${validation}`,
  type: 'application/apply-patch+yaml',
  body: `
apiVersion: ${GROUP}/v1
kind: ${kind}
metadata:
  name: ${name}
spec:
  open:
    a: v
    a: w
`,
});
const some = (name: string, body: object): Step => apply('somes', 'Some', name, { spec: body });
const all = (name: string, body: object): Step => apply('alls', 'All', name, body);

/** Objects of custom kinds applied with fields that no schema tells of. */
export const appliedObjects: Scenario = {
  'the definition': definition('somes', 'Some', { type: 'object', properties: { spec } }),
  'the definition of all': definition('alls', 'All', { type: 'object', ...KEEPS }),
  served: { ...some('first', { a: 'x' }), until: 201 },
  'all served': { ...all('first', { spec: { a: 'x' } }), until: 201 },
  unknown: some('a', { b: 1 }),
  open: some('b', { open: { b: { c: [1, { d: 2 }] }, a: 'x' } }),
  'closed within open': some('c', { open: { closed: { a: 'y' } } }),
  free: some('d', { free: {} }),
  any: some('e', { any: { b: { c: 1 } } }),
  'any text': some('f', { any: 'x' }),
  'in maps': some('g', { map: { x: { b: 1 } } }),
  'in lists': some('h', { list: [{ a: 'x', b: 1 }] }),
  inner: some('i', { inner: { apiVersion: 'v1', kind: 'Other', metadata: { name: 'x', labels: { a: 'b' } } } }),
  'unknown in inner metadata': some('j', { inner: { apiVersion: 'v1', kind: 'Other', metadata: { odd: 'x' } } }),
  'unknown in inner': some('k', { inner: { apiVersion: 'v1', kind: 'Other', odd: 'x' } }),
  'all of it': all('a', { spec: { b: { c: [1] } }, other: 1 }),
  'all of it but metadata': all('b', { metadata: { name: 'b', odd: 'x' } }),
  'twice, strictly': repeating('somes', 'Some', 'twice', 'Strict'),
  'twice, with a warning': repeating('somes', 'Some', 'twice', 'Warn'),
  'twice, ignored': repeating('somes', 'Some', 'again', 'Ignore'),
  'twice without schema': repeating('alls', 'All', 'twice', 'Strict'),
  'open again': some('b', { open: { b: { e: 1 } } }),
  'all again': all('a', { spec: { b: { d: 1 } } }),
};
