import { describe, expect, it } from 'vitest';
import { must } from '../../src/base/must.ts';
import { fieldErrorBody } from '../../src/api/field-error.ts';
import type { JsonSchemaProps, ValidationRule } from '../kinds/apiextensions/v1/json-schema-props.ts';
import { evaluateRules, type RuleOutcome } from './evaluate-rules.ts';
import { ruleTreeOf } from './rule-tree.ts';

const INTEGER: JsonSchemaProps = { type: 'integer' };
const TEXT: JsonSchemaProps = { type: 'string' };
const ruled = (schema: JsonSchemaProps, ...rules: readonly ValidationRule[]): JsonSchemaProps => ({
  ...schema,
  'x-kubernetes-validations': rules,
});

/** A schema whose `spec` has one member. */
const withMember = (member: JsonSchemaProps, ...rules: readonly ValidationRule[]): JsonSchemaProps => ({
  type: 'object',
  properties: { spec: ruled({ type: 'object', properties: { a: member } }, ...rules) },
});

function told(schema: JsonSchemaProps, a: unknown, old?: unknown): readonly string[] {
  const tree = must(ruleTreeOf(schema), 'there are rules');
  const { outcome } = drained(
    evaluateRules(tree, { spec: { a } }, old === undefined ? undefined : { spec: { a: old } }),
  );
  return [
    ...outcome.errors.map(error => `${error.field}: ${fieldErrorBody(error)}`),
    ...outcome.warnings.map(text => `warning: ${text}`),
  ];
}

/** What rules come to, and how often they stopped before. */
function drained(work: Generator<undefined, RuleOutcome>): { readonly outcome: RuleOutcome; readonly stops: number } {
  for (let stops = 0; ; stops += 1) {
    const step = work.next();
    if (step.done === true) return { outcome: step.value, stops };
  }
}

describe('rules of custom objects', () => {
  it.each<readonly [string, JsonSchemaProps, unknown, readonly string[]]>([
    ['hold', withMember(INTEGER, { rule: 'self.a > 1' }), 2, []],
    ['do not hold', withMember(INTEGER, { rule: 'self.a > 1' }), 1, ['spec: Invalid value: failed rule: self.a > 1']],
    [
      'of a value show it',
      withMember(ruled(INTEGER, { rule: 'self > 1' })),
      1,
      ['spec.a: Invalid value: 1: failed rule: self > 1'],
    ],
    [
      'say what they are told to, where they are told to',
      withMember(INTEGER, {
        rule: 'self.a > 1',
        message: ' too small ',
        fieldPath: '.a',
        reason: 'FieldValueForbidden',
      }),
      1,
      ['spec.a: Forbidden: too small'],
    ],
    [
      'make their message',
      withMember(INTEGER, { rule: 'false', messageExpression: "'got ' + string(self.a)" }),
      1,
      ['spec: Invalid value: got 1'],
    ],
    [
      'fall back where that fails',
      withMember(INTEGER, { rule: 'false', message: 'm', messageExpression: 'string(1 / 0)' }),
      1,
      ['spec: Invalid value: m'],
    ],
    [
      'tell of errors',
      withMember(INTEGER, { rule: '1 / self.a > 0' }),
      0,
      ['spec: Invalid value: "object": division by zero evaluating rule: 1 / self.a > 0'],
    ],
    [
      'tell of types that only the value shows',
      withMember({ 'x-kubernetes-int-or-string': true }, { rule: "self.a.startsWith('x')" }),
      1,
      [
        "spec: Invalid value: \"object\": 'no such overload': call arguments did not match a supported operator, function or macro signature for rule: self.a.startsWith('x')",
      ],
    ],
    [
      'of items and members',
      withMember({
        type: 'array',
        items: { type: 'object', additionalProperties: ruled(INTEGER, { rule: 'self > 0' }) },
      }),
      [{ x: 1 }, { x: 0 }],
      ['spec.a[1][x]: Invalid value: 0: failed rule: self > 0'],
    ],
    ['of what is null are not asked', withMember(ruled({ ...INTEGER, nullable: true }, { rule: 'false' })), null, []],
    [
      'see sets as sets',
      withMember({ type: 'array', items: TEXT, 'x-kubernetes-list-type': 'set' }, { rule: "self.a == ['b', 'a']" }),
      ['a', 'b'],
      [],
    ],
    [
      'see times as times',
      withMember({ type: 'string', format: 'date-time' }, { rule: 'self.a.getFullYear() == 2020' }),
      '2020-05-01T00:00:00Z',
      [],
    ],
  ])('%s', (_, schema, a, complaints) => {
    expect(told(schema, a)).toEqual(complaints);
  });

  const grows = ruled(INTEGER, { rule: 'self >= oldSelf', message: 'shrinks' });

  it('of change are asked where there is something to compare', () => {
    expect(told(withMember(grows), 1)).toEqual([]);
    expect(told(withMember(grows), 1, 1)).toEqual([]);
    expect(told(withMember(grows), 1, 2)).toEqual(['spec.a: Invalid value: 1: shrinks']);
  });

  it('ask for the old value where it may be missing', () => {
    const once = withMember(
      ruled(INTEGER, { rule: 'self == oldSelf.orValue(1)', optionalOldSelf: true, message: 'm' }),
    );
    expect(told(once, 2)).toEqual(['spec.a: Invalid value: 2: m']);
    expect(told(once, 2, 2)).toEqual([]);
    expect(told(once, 2, 3)).toEqual(['spec.a: Invalid value: 2: m']);
  });

  it('tell items apart by their keys', () => {
    const list: JsonSchemaProps = {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['k'],
      items: ruled({ type: 'object', properties: { k: TEXT, v: INTEGER } }, { rule: 'self.v >= oldSelf.v' }),
    };
    const old = [
      { k: 'a', v: 1 },
      { k: 'b', v: 5 },
    ];
    const complaint = 'spec.a[0]: Invalid value: failed rule: self.v >= oldSelf.v';
    expect(
      told(
        withMember(list),
        [
          { k: 'b', v: 4 },
          { k: 'c', v: 0 },
          { k: 'a', v: 1 },
        ],
        old,
      ),
    ).toEqual([complaint]);
  });

  it('only warn of what was not changed', () => {
    const strict = withMember(ruled(INTEGER, { rule: 'self > 9' }));
    expect(told(strict, 1, 1)).toEqual(['warning: spec.a: Invalid value: 1: failed rule: self > 9']);
    expect(told(strict, 2, 1)).toEqual(['spec.a: Invalid value: 2: failed rule: self > 9']);
    const inList = withMember({ type: 'array', items: ruled(INTEGER, { rule: 'self > 9' }) });
    expect(told(inList, [1], [1])).toEqual(['warning: spec.a[0]: Invalid value: 1: failed rule: self > 9']);
    expect(told(inList, [1, 10], [1])).toEqual(['spec.a[0]: Invalid value: 1: failed rule: self > 9']);
  });

  it('end when one of them, or all together, cost too much', () => {
    const a = Array.from({ length: 2000 }, (_, index) => index);
    const list: JsonSchemaProps = { type: 'array', items: INTEGER };
    const loops = 'self.a.all(x, self.a.all(y, x + y >= 0))';
    expect(told(withMember(list, { rule: loops }, { rule: 'false' }), a)).toEqual([
      `spec: Invalid value: "object": 'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule: ${loops}`,
    ]);
    const each = ruled(INTEGER, { rule: 'lists.range(9000).all(x, x + self >= 0)' });
    const out =
      'Invalid value: "integer": validation failed due to running out of cost budget, no further validation rules will be run';
    expect(told(withMember({ type: 'array', items: each }), a)).toEqual([expect.stringContaining(out)]);
  });

  it('stop now and then for others where they take long', () => {
    const stopsOf = (range: number, length: number): number => {
      const each = ruled(INTEGER, { rule: `lists.range(${range}).all(x, x + self >= 0)` });
      const tree = must(ruleTreeOf(withMember({ type: 'array', items: each })), 'there are rules');
      return drained(evaluateRules(tree, { spec: { a: Array.from({ length }, () => 1) } })).stops;
    };
    expect(stopsOf(900, 1)).toBe(0);
    expect(stopsOf(900, 100)).toBeGreaterThan(20);
    // A single rule stops as well, and its message.
    expect(stopsOf(90_000, 1)).toBeGreaterThan(20);
  });

  it('know every whole object by its name', () => {
    const named = ruled({ type: 'object' }, { rule: "self.metadata.name == 'a' && self.kind == 'K'" });
    const tree = must(ruleTreeOf(named), 'there are rules');
    const errorsOf = (name: string) => drained(evaluateRules(tree, { kind: 'K', metadata: { name } })).outcome.errors;
    expect(errorsOf('a')).toEqual([]);
    expect(errorsOf('b')).toMatchObject([{ field: '<nil>' }]);
  });

  it('are none where no schema has any', () => {
    expect(ruleTreeOf({ type: 'object', properties: { a: INTEGER } })).toBeUndefined();
  });
});
