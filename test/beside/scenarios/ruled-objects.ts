import type { Scenario, Step } from '../step.ts';

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const GROUP = 'NS.example.com';
const OBJECTS = `/apis/${GROUP}/v1/namespaces/NS/ruleds`;

const text = { type: 'string' };
const ruled = (schema: object, ...rules: readonly object[]): object => ({
  ...schema,
  'x-kubernetes-validations': rules,
});

const spec = ruled(
  {
    type: 'object',
    properties: {
      n: ruled({ type: 'integer' }, { rule: 'self < 10' }, { rule: 'self >= oldSelf', message: 'must not shrink' }),
      s: ruled(text, { rule: "self != 'bad'", messageExpression: "'no ' + self", reason: 'FieldValueForbidden' }),
      once: ruled(text, { rule: 'self == oldSelf.orValue(self)', optionalOldSelf: true, message: 'is set once' }),
      any: { 'x-kubernetes-int-or-string': true },
      when: { type: 'string', format: 'date-time' },
      list: {
        type: 'array',
        items: ruled(
          { type: 'object', required: ['k'], properties: { k: text, v: { type: 'integer' } } },
          {
            rule: 'self.v <= 5',
            fieldPath: '.v',
          },
          { rule: 'self.v >= oldSelf.v', reason: 'FieldValueInvalid' },
        ),
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['k'],
        maxItems: 20,
      },
      map: {
        type: 'object',
        maxProperties: 10,
        additionalProperties: ruled({ type: 'integer' }, { rule: 'self > 0' }),
      },
      set: { type: 'array', items: { type: 'string', maxLength: 5 }, 'x-kubernetes-list-type': 'set', maxItems: 10 },
    },
  },
  { rule: '!has(self.any) || type(self.any) == int || self.any.startsWith("x")', message: 'any is odd' },
  { rule: '!has(self.when) || self.when < timestamp("2030-01-01T00:00:00Z")' },
  { rule: "!has(self.map) || self.map['a'] == 1" },
  { rule: "!has(self.set) || self.set == ['b', 'a']", reason: 'FieldValueDuplicate' },
  {
    rule: '!has(self.n) || self.n != 7',
    reason: 'FieldValueRequired',
    fieldPath: '.n',
    message: ' seven is\tmissing ',
  },
  { rule: '!has(self.n) || 10 / self.n > 1' },
  { rule: '!has(self.n) || self.n != 3', messageExpression: "self.n > 0 ? '' : 'x'" },
);

const definition = {
  metadata: { name: `ruleds.${GROUP}` },
  spec: {
    group: GROUP,
    scope: 'Namespaced',
    names: { plural: 'ruleds', singular: 'ruled', kind: 'Ruled', listKind: 'RuledList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: ruled(
            {
              type: 'object',
              properties: { spec, status: { type: 'object', properties: { p: { type: 'integer' } } } },
            },
            { rule: "self.metadata.name.startsWith('a')", message: 'names start with a' },
            { rule: '!has(self.status) || self.status.p < 3' },
          ),
        },
      },
    ],
  },
};

const object = (body: object, name = 'a'): object => ({
  apiVersion: `${GROUP}/v1`,
  kind: 'Ruled',
  metadata: { name },
  spec: body,
});
const make = (body: object, name = 'a'): Step => ({
  method: 'POST',
  path: `${OBJECTS}?dryRun=All`,
  body: object(body, name),
});
const patch = (body: object): Step => ({ method: 'PATCH', path: `${OBJECTS}/a?dryRun=All`, body });
const rule = (place: number, change: object): Step => ({
  method: 'PATCH',
  path: `${DEFINITIONS}/ruleds.${GROUP}`,
  type: 'application/json-patch+json',
  body: [
    {
      op: 'replace',
      path: `/spec/versions/0/schema/openAPIV3Schema/properties/spec/x-kubernetes-validations/${place}`,
      value: change,
    },
  ],
});

/** Objects of a kind with rules in CEL: new ones, changed ones, and ones whose rules were changed. */
export const ruledObjects: Scenario = {
  'the definition': { method: 'POST', path: DEFINITIONS, body: definition },
  served: { ...make({}), until: 201 },
  good: make({
    n: 2,
    s: 'x',
    any: 'xy',
    list: [{ k: 'a', v: 5 }],
    map: { a: 1 },
    set: ['a', 'b'],
    when: '2020-01-01T00:00:00Z',
  }),
  nothing: make({}),
  'too large': make({ n: 11 }),
  bad: make({ s: 'bad' }),
  name: make({}, 'b'),
  odd: make({ any: 'yx' }),
  later: make({ when: '2031-01-01T00:00:00Z' }),
  'no such key': make({ map: { b: 1 } }),
  'in maps': make({ map: { a: 1, b: 0 } }),
  'in lists': make({ list: [{ k: 'a', v: 6 }, { k: 'b', v: 5 }, { k: 'c' }] }),
  sets: make({ set: ['a', 'c'] }),
  reasons: make({ n: 7 }),
  division: make({ n: 0 }),
  'message of nothing': make({ n: 3 }),
  'wrong types come first': make({ n: 'x', s: 'bad' }),
  'what is missing comes first': make({ n: 11, list: [{ v: 9 }] }),
  made: {
    method: 'POST',
    path: OBJECTS,
    body: object({
      n: 2,
      s: 'x',
      list: [
        { k: 'a', v: 2 },
        { k: 'b', v: 3 },
      ],
    }),
  },
  shrunk: patch({ spec: { n: 1 } }),
  grown: patch({ spec: { n: 4 } }),
  'set once': patch({ spec: { once: 'a' } }),
  'items told by key': patch({
    spec: {
      list: [
        { k: 'b', v: 1 },
        { k: 'c', v: 1 },
        { k: 'a', v: 1 },
      ],
    },
  }),
  status: { method: 'PATCH', path: `${OBJECTS}/a/status?dryRun=All`, body: { status: { p: 4 } } },
  'a stricter rule': rule(4, { rule: 'self.n > 100', message: 'n is not large' }),
  'served so': { ...make({ n: 5 }, 'ax'), until: 422 },
  'unchanged parts are let pass': patch({ metadata: { labels: { a: 'b' } } }),
  'changed parts are not': patch({ spec: { s: 'y' } }),
  gone: { method: 'DELETE', path: `${DEFINITIONS}/ruleds.${GROUP}` },
};
