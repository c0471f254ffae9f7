import type { Scenario, Step } from '../step.ts';

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

type Schema = Readonly<Record<string, unknown>>;

/** A definition whose objects' `spec` has these members, and the rules that are told of it. */
const definition = (spec: Schema, rules: readonly Schema[] = [], root: Schema = {}): Step => ({
  method: 'POST',
  path: `${DEFINITIONS}?dryRun=All`,
  body: {
    metadata: { name: 'rules.beside.example.com' },
    spec: {
      group: 'beside.example.com',
      scope: 'Namespaced',
      names: { plural: 'rules', singular: 'rule', kind: 'Rule', listKind: 'RuleList' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              ...root,
              properties: {
                spec: {
                  type: 'object',
                  properties: spec,
                  ...(rules.length === 0 ? {} : { 'x-kubernetes-validations': rules }),
                },
              },
            },
          },
        },
      ],
    },
  },
});

const text = { type: 'string' };
const short = { type: 'string', maxLength: 10 };
const ruled = (schema: Schema, ...rules: readonly Schema[]): Schema => ({
  ...schema,
  'x-kubernetes-validations': rules,
});
const list = (items: Schema, more: Schema = {}): Schema => ({ type: 'array', items, ...more });

/** What definitions say in CEL, as it is judged when they are made. */
export const rules: Scenario = {
  'good rules': definition({ a: short, n: { type: 'integer' } }, [
    { rule: 'self.n > 0', message: 'n must be positive', reason: 'FieldValueForbidden', fieldPath: '.n' },
    { rule: 'self.a == oldSelf.a || self.n == 1', messageExpression: "'a was ' + oldSelf.a" },
    { rule: '!oldSelf.hasValue() || oldSelf.value().n <= self.n', optionalOldSelf: true },
  ]),
  'no such field': definition({ a: short }, [{ rule: 'self.b == 1' }]),
  'no such name': definition({ a: short }, [{ rule: 'other == 1' }]),
  'no such function': definition({ a: short }, [{ rule: 'self.a.nope()' }]),
  'no such overload': definition({ a: ruled(short, { rule: "self + 1 == ''" }) }),
  'not true or false': definition({ a: short }, [{ rule: 'self.a' }]),
  'not known to be true or false': definition({ a: { 'x-kubernetes-int-or-string': true } }, [{ rule: 'self.a' }]),
  'half a rule': definition({ a: short }, [{ rule: 'self.a ==' }]),
  'brackets that do not close': definition({ a: short }, [{ rule: "(self.a == ''" }]),
  'words in a row': definition({ a: short }, [{ rule: "self.a == '' self" }]),
  'several lines': definition({ a: short }, [{ rule: "self.a == ''\n&& self.b", message: 'm' }]),
  'a word that is kept': definition({ a: short }, [{ rule: 'namespace == 1' }]),
  'signs that are none': definition({ a: short }, [{ rule: "self.a # '' | $" }]),
  'a literal of two types': definition({ a: short }, [{ rule: "[1, 'a'].size() > 1" }]),
  'a pattern that is none': definition({ a: short }, [{ rule: "self.a.matches('(')" }]),
  'a duration that is none': definition({ a: short }, [{ rule: "duration('1x') > duration('1s')" }]),
  'names that need escapes': definition({ 'a-b': short, 'a.b': short, namespace: short, a__b: short }, [
    { rule: 'self.a__dash__b == self.a__dot__b && self.__namespace__ == self.a__underscores__b' },
  ]),
  'messages that are none': definition({
    a: ruled(short, { rule: 'true', messageExpression: '1' }),
    b: ruled(short, { rule: 'true', messageExpression: 'self.nope' }),
    c: ruled(short, { rule: 'true', messageExpression: "self + '!'" }),
  }),
  'too dear without limits': definition({ a: list(ruled(text, { rule: "self.contains('a')" })) }),
  'too dear by loops in loops': definition({ a: list(text) }, [{ rule: 'self.a.all(x, self.a.all(y, x == y))' }]),
  'not too dear with limits': definition({ a: list(ruled(short, { rule: "self.contains('a')" }), { maxItems: 5 }) }),
  'a bit too dear': definition({ a: list(short, { maxItems: 1900 }) }, [
    { rule: 'self.a.all(x, self.a.exists_one(y, x == y))' },
  ]),
  'a message that is too dear': definition({ a: list(text) }, [
    { rule: 'true', messageExpression: "self.a.map(x, self.a.map(y, x + y).join('')).join('')" },
  ]),
  'dear maps': definition({
    a: { type: 'object', additionalProperties: ruled(text, { rule: "self.matches('a*b')" }) },
  }),
  'the old one of what cannot be told': definition({
    a: list(ruled(short, { rule: 'self == oldSelf' }), { maxItems: 3 }),
  }),
  'the old one of items with keys': definition({
    a: list(ruled({ type: 'object', required: ['k'], properties: { k: short } }, { rule: 'self.k == oldSelf.k' }), {
      maxItems: 3,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['k'],
    }),
  }),
  'an old one that is not asked for': definition({ a: ruled(short, { rule: 'true', optionalOldSelf: true }) }),
  'paths that lead nowhere': definition({ a: short }, [{ rule: 'true', fieldPath: '.b' }]),
  'paths that lead somewhere': definition({ a: short, m: { type: 'object', additionalProperties: text } }, [
    { rule: 'true', fieldPath: '.a' },
    { rule: 'true', fieldPath: "['a']" },
    { rule: 'true', fieldPath: '.m.x' },
  ]),
  'paths that are none': definition({ a: list(short) }, [
    { rule: 'true', fieldPath: 'a' },
    { rule: 'true', fieldPath: '.a[0]' },
  ]),
  'rules of the whole': definition({ a: short }, [], {
    'x-kubernetes-validations': [
      { rule: "self.metadata.name.startsWith('a') && self.spec.a != self.kind" },
      { rule: 'self.metadata.labels.size() > 0' },
    ],
  }),
  'a rule and another fault': definition({
    a: { ...ruled(short, { rule: 'self.x' }), uniqueItems: true },
    b: ruled(short, { rule: 'self.x' }),
  }),
  'formats are types': definition(
    { t: { type: 'string', format: 'date-time' }, d: { type: 'string', format: 'duration' } },
    [{ rule: "self.t > timestamp('2020-01-01T00:00:00Z') && self.d < duration('1h') && self.t == self.d" }],
  ),
  'conversions that fail': definition({ a: short }, [{ rule: "int('x') == 1" }]),
  formats: definition({ a: short, n: { type: 'integer' } }, [
    { rule: "'%s %d'.format([self.a, self.n]) != ''" },
    { rule: "'%d'.format([self.a]) != ''" },
    { rule: "'%z'.format([self.a]) != ''" },
    { rule: "'%s'.format([]) != ''" },
    { rule: "'%s'.format([self.a, self.n]) != ''" },
  ]),
  libraries: definition({ a: short }, [
    { rule: 'ip(self.a).family() == 4 || cidr(self.a).prefixLength() > 8 || isQuantity(self.a) || isSemver(self.a)' },
    {
      rule: "url(self.a).getHost() == 'h' && format.dns1123Label().validate(self.a).hasValue() && self.a.find('b') == ''",
    },
    { rule: 'math.greatest(1, 2) == 2' },
  ]),
};
