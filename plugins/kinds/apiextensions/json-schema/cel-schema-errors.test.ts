import { describe, expect, it } from 'vitest';
import { fieldErrorBody } from '../../../../src/api/field-error.ts';
import type { JsonSchemaProps, ValidationRule } from '../v1/json-schema-props.ts';
import { validateRootSchema } from './validate-schema.ts';

const TEXT: JsonSchemaProps = { type: 'string' };
const SHORT: JsonSchemaProps = { type: 'string', maxLength: 10 };
const ruled = (schema: JsonSchemaProps, ...rules: readonly ValidationRule[]): JsonSchemaProps => ({
  ...schema,
  'x-kubernetes-validations': rules,
});

const told = (a: JsonSchemaProps): readonly string[] =>
  validateRootSchema({ type: 'object', properties: { a } }, 'schema', { hasStatus: false }).map(
    error => `${error.field.replace('schema.properties[a]', 'a')}: ${fieldErrorBody(error)}`,
  );
const RULE = 'a.x-kubernetes-validations[0]';
const shown = (rule: string, more = ''): string =>
  `{"Rule":${JSON.stringify(rule)},"Message":"","MessageExpression":"${more}","Reason":null,"FieldPath":"","OptionalOldSelf":null}`;
const REMEDY =
  '(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)';

describe('rules of schemas', () => {
  it.each<readonly [string, JsonSchemaProps, readonly string[]]>([
    ['good ones', ruled(SHORT, { rule: "self != '' || oldSelf == 'x'", messageExpression: 'self' }), []],
    [
      'wrong ones',
      ruled(SHORT, { rule: 'self + 1' }),
      [
        `${RULE}.rule: Invalid value: ${shown('self + 1')}: compilation failed: ERROR: <input>:1:6: found no matching overload for '_+_' applied to '(string, int)'\n | self + 1\n | .....^`,
      ],
    ],
    [
      'ones that are neither true nor false',
      ruled(SHORT, { rule: 'self' }),
      [`${RULE}.rule: Invalid value: ${shown('self')}: cel expression must evaluate to a bool`],
    ],
    [
      'ones that will always fail',
      ruled(SHORT, { rule: "int('x') == 1" }),
      [
        `${RULE}.rule: Invalid value: ${shown("int('x') == 1")}: program instantiation failed: type conversion error from 'string' to 'int'`,
      ],
    ],
    [
      'messages that are none',
      ruled(SHORT, { rule: 'true', messageExpression: '1' }),
      [`${RULE}.messageExpression: Invalid value: ${shown('true', '1')}: messageExpression must evaluate to a string`],
    ],
    [
      'ones that may cost too much',
      { type: 'array', items: ruled(TEXT, { rule: "self.contains('a')" }) },
      [
        `a.items.x-kubernetes-validations[0].rule: Forbidden: estimated rule cost exceeds budget by factor of more than 100x ${REMEDY}`,
        'a.items.x-kubernetes-validations[0].rule: Forbidden: contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema',
        `schema: Forbidden: x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget by factor of more than 100x ${REMEDY}`,
      ],
    ],
    [
      'ones that limits make cheap',
      { type: 'array', maxItems: 10, items: ruled(SHORT, { rule: "self.contains('a')" }) },
      [],
    ],
    [
      'old values that cannot be told',
      { type: 'array', maxItems: 2, items: ruled(SHORT, { rule: 'self == oldSelf' }) },
      [
        'a.items.x-kubernetes-validations[0].rule: Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within a',
      ].map(text => text.replace('within a', 'within schema.properties[a]')),
    ],
    [
      'old values that are not asked for',
      ruled(SHORT, { rule: 'true', optionalOldSelf: true }),
      [`${RULE}.optionalOldSelf: Invalid value: true: may not be set if oldSelf is not used in rule`],
    ],
    [
      'paths that lead nowhere',
      ruled({ type: 'object', properties: { b: SHORT } }, { rule: 'true', fieldPath: '.c' }),
      [`${RULE}.fieldPath: Invalid value: ".c": must be a valid path`],
    ],
    [
      'paths that lead somewhere',
      ruled(
        { type: 'object', properties: { b: { type: 'object', additionalProperties: SHORT } } },
        { rule: 'true', fieldPath: ".b['x.y']" },
      ),
      [],
    ],
    [
      'those beside other faults are asked, those above them are not',
      {
        ...ruled({ type: 'object' }, { rule: 'self.x' }),
        properties: { b: { ...SHORT, uniqueItems: true }, c: ruled(SHORT, { rule: '1' }) },
      },
      [
        'a.properties[b].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
        `a.properties[c].x-kubernetes-validations[0].rule: Invalid value: ${shown('1')}: cel expression must evaluate to a bool`,
      ],
    ],
  ])('%s', (_, schema, complaints) => {
    expect(told(schema)).toEqual(complaints);
  });
});
