import { describe, expect, it } from 'vitest';
import { complaints, stored } from '../../testing/complaints.ts';
import { BORN, row } from '../../testing/row.ts';
import { ValidatingAdmissionPolicyBinding } from './validating-admission-policy-binding.ts';
import { ValidatingAdmissionPolicy } from './validating-admission-policy.ts';

const RULE = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] };
const policy = (more: object = {}) => ({
  spec: { matchConstraints: { resourceRules: [RULE] }, validations: [{ expression: 'true' }], ...more },
});
const binding = (more: object = {}) => ({ spec: { policyName: 'p', validationActions: ['Deny'], ...more } });

/** As a kube-apiserver 1.36.3 was seen to word them. */
describe('what is wrong with a policy', () => {
  it.each<[string, object, readonly string[]]>([
    ['nothing', {}, []],
    [
      'no validations',
      { validations: [] },
      [
        'spec.validations: Required value: validations or auditAnnotations must contain at least one item',
        'spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item',
      ],
    ],
    ['no rules', { matchConstraints: {} }, ['spec.matchConstraints.resourceRules: Required value']],
    [
      'names twice',
      { matchConstraints: { resourceRules: [{ ...RULE, resourceNames: ['a', 'a'] }] } },
      ['spec.matchConstraints.resourceRules[0].resourceNames[1]: Duplicate value: "a"'],
    ],
    [
      'a kind of parameters',
      { paramKind: { apiVersion: 'a/b/c', kind: '' } },
      [
        'spec.paramKind.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c',
        'spec.paramKind.kind: Required value',
      ],
    ],
    [
      'what an expression comes to',
      { validations: [{ expression: 'null' }, { expression: 'object.x', messageExpression: '1' }] },
      [
        'spec.validations[0].expression: Invalid value: "null": must evaluate to bool but got null_type',
        'spec.validations[1].expression: Invalid value: "object.x": must evaluate to bool but got dyn',
        'spec.validations[1].messageExpression: Invalid value: "1": must evaluate to string but got int',
      ],
    ],
    [
      'rights in messages, and a reason',
      { validations: [{ expression: 'true', message: 'a\nb', messageExpression: 'authorizer', reason: 'Odd' }] },
      [
        "spec.validations[0].messageExpression: Invalid value: \"authorizer\": compilation failed: ERROR: <input>:1:1: undeclared reference to 'authorizer' (in container '')\n | authorizer\n | ^",
        'spec.validations[0].message: Invalid value: "a\\nb": must not contain line breaks',
        'spec.validations[0].reason: Unsupported value: "Odd": supported values: "Forbidden", "Invalid", "RequestEntityTooLarge"',
      ],
    ],
    [
      'variables before their turn',
      {
        variables: [
          { name: 'in', expression: 'variables.b' },
          { name: 'b', expression: '1' },
        ],
        validations: [{ expression: 'variables.b == 1' }],
      },
      [
        'spec.variables[0].expression: Invalid value: "variables.b": compilation failed: ERROR: <input>:1:10: undefined field \'b\'\n | variables.b\n | .........^',
        'spec.variables[0].name: Invalid value: "in": must be a valid CEL identifier',
      ],
    ],
    [
      'annotations',
      {
        auditAnnotations: [
          { key: 'a', valueExpression: '1' },
          { key: 'a', valueExpression: ' ' },
        ],
      },
      [
        'spec.auditAnnotations[0].valueExpression: Invalid value: "1": must evaluate to one of [string null_type] but got int',
        'spec.auditAnnotations[1].valueExpression: Required value: valueExpression is not specified',
        'spec.auditAnnotations[1].key: Duplicate value: "a"',
      ],
    ],
  ])('%s', (_what, more, expected) => {
    expect(complaints(ValidatingAdmissionPolicy, policy(more)).toSorted()).toEqual(expected.toSorted());
  });

  it('but not with conditions that it had before', () => {
    const wrong = policy({ matchConditions: [{ name: 'a', expression: 'x' }] });
    expect(complaints(ValidatingAdmissionPolicy, wrong)).toHaveLength(1);
    const changed = policy({ ...wrong.spec, failurePolicy: 'Ignore' });
    expect(complaints(ValidatingAdmissionPolicy, changed, wrong)).toEqual([]);
  });
});

describe('what is wrong with a binding', () => {
  it.each<[string, object, readonly string[]]>([
    ['nothing', {}, []],
    [
      'its actions',
      { validationActions: ['Odd', 'Deny', 'Warn'] },
      [
        'spec.validationActions[0]: Unsupported value: "Odd": supported values: "Audit", "Deny", "Warn"',
        'spec.validationActions: Invalid value: ["Odd","Deny","Warn"]: must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
      ],
    ],
    ['no policy', { policyName: '' }, ['spec.policyName: Required value']],
    [
      'no actions',
      { validationActions: [] },
      ['spec.validationActions: Required value: at least one validation action is required'],
    ],
    [
      'which parameters',
      { paramRef: {} },
      [
        'spec.paramRef: Required value: one of name or selector must be specified',
        'spec.paramRef.parameterNotFoundAction: Required value',
      ],
    ],
    [
      'parameters by name and selector',
      { paramRef: { name: 'a', selector: {}, parameterNotFoundAction: 'Allow' } },
      [
        'spec.paramRef.name: Forbidden: name and selector are mutually exclusive',
        'spec.paramRef.selector: Forbidden: name and selector are mutually exclusive',
      ],
    ],
  ])('%s', (_what, more, expected) => {
    expect(complaints(ValidatingAdmissionPolicyBinding, binding(more))).toEqual(expected);
  });
});

it('what is left out is as upstream has it, and rows tell of parameters', () => {
  const metadata = { creationTimestamp: BORN };
  const made = stored(ValidatingAdmissionPolicy, {
    metadata,
    ...policy({ paramKind: { apiVersion: 'v1', kind: 'X' } }),
  });
  expect(made).toMatchObject({
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        matchPolicy: 'Equivalent',
        namespaceSelector: {},
        objectSelector: {},
        resourceRules: [{ scope: '*' }],
      },
    },
  });
  expect(row(ValidatingAdmissionPolicy, made)).toEqual(['x', 1, 'v1/X', expect.any(String)]);
  const ref = (paramRef?: object) => row(ValidatingAdmissionPolicyBinding, binding({ paramRef }))[2];
  expect(ref()).toBe('<unset>');
  expect(ref({ name: 'a' })).toBe('*/a');
  expect(ref({ name: 'a', namespace: 'n' })).toBe('n/a');
  expect(ref({ selector: { matchLabels: { a: 'b' } } })).toBe(
    '&LabelSelector{MatchLabels:map[string]string{a: b,},MatchExpressions:[]LabelSelectorRequirement{},}',
  );
});
