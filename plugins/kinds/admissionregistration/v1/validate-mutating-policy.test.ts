import { describe, expect, it } from 'vitest';
import { complaints, stored } from '../../testing/complaints.ts';
import { row } from '../../testing/row.ts';
import { MutatingAdmissionPolicyBinding } from './mutating-admission-policy-binding.ts';
import { MutatingAdmissionPolicy } from './mutating-admission-policy.ts';

const RULE = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] };
const configuring = (expression: string) => ({ patchType: 'ApplyConfiguration', applyConfiguration: { expression } });
const patching = (expression: string) => ({ patchType: 'JSONPatch', jsonPatch: { expression } });
const policy = (more: object = {}) => ({
  spec: {
    matchConstraints: { resourceRules: [RULE] },
    mutations: [configuring('Object{}')],
    reinvocationPolicy: 'Never',
    ...more,
  },
});

/** As a kube-apiserver 1.36.3 was seen to word them. */
describe('what is wrong with a policy', () => {
  it.each<[string, object, readonly string[]]>([
    ['nothing', {}, []],
    ['no mutations', { mutations: [] }, ['spec.mutations: Required value: mutations must contain at least one item']],
    [
      'no reinvocation, and one that there is not',
      { reinvocationPolicy: undefined },
      ['spec.reinvocationPolicy: Required value'],
    ],
    [
      'an odd reinvocation',
      { reinvocationPolicy: 'Odd' },
      ['spec.reinvocationPolicy: Unsupported value: "Odd": supported values: "IfNeeded", "Never"'],
    ],
    ['no constraints', { matchConstraints: undefined }, ['spec.matchConstraints: Required value']],
    [
      'deletions',
      { matchConstraints: { resourceRules: [{ ...RULE, operations: ['DELETE'] }] } },
      [
        'spec.matchConstraints.resourceRules.operations: Unsupported value: "DELETE": supported values: "*", "CONNECT", "CREATE", "UPDATE"',
      ],
    ],
    [
      'the other kind of patch',
      { mutations: [{ patchType: 'JSONPatch', applyConfiguration: { expression: 'Object{}' } }] },
      [
        'spec.mutations[0].jsonPatch: Required value: must be specified when patchType is JSONPatch',
        'spec.mutations[0].applyConfiguration: Invalid value: "{applyConfiguration}": must not be specified when patchType is JSONPatch',
      ],
    ],
    [
      'no patch type, and an odd one',
      { mutations: [{}, { patchType: 'Merge' }] },
      [
        'spec.mutations[0].patchType: Required value',
        'spec.mutations[1].patchType: Unsupported value: "Merge": supported values: "ApplyConfiguration", "JSONPatch"',
      ],
    ],
    [
      'what expressions come to',
      { mutations: [configuring('Object.spec{}'), patching('[Object{}]'), patching('[]'), configuring(' ')] },
      [
        'spec.mutations[0].applyConfiguration.expression: Invalid value: "Object.spec{}": must evaluate to Object but got Object.spec',
        'spec.mutations[1].jsonPatch.expression: Invalid value: "[Object{}]": must evaluate to list(JSONPatch) but got list(Object)',
        'spec.mutations[2].jsonPatch.expression: Invalid value: "[]": must evaluate to list(JSONPatch) but got list(dyn)',
        'spec.mutations[3].applyConfiguration.expression: Required value',
      ],
    ],
    [
      'a member that no operation has',
      { mutations: [patching('[JSONPatch{valu: 1}]')] },
      [
        'spec.mutations[0].jsonPatch.expression: Invalid value: "[JSONPatch{valu: 1}]": compilation failed: ERROR: <input>:1:16: ' +
          "expected type of field 'valu' is '' but provided type is 'int'\n | [JSONPatch{valu: 1}]\n | ...............^",
      ],
    ],
    [
      'parts that may be left out, keys that are escaped',
      {
        mutations: [
          configuring('Object{?metadata: optional.of(Object.metadata{}), ?spec: optional.none()}'),
          patching("[JSONPatch{op: 'add', path: '/a/' + jsonpatch.escapeKey('b')}]"),
        ],
      },
      [],
    ],
    [
      'objects in variables',
      { variables: [{ name: 'a', expression: 'Object{}' }] },
      [
        'spec.variables[0].expression: Invalid value: "Object{}": compilation failed: ERROR: <input>:1:7: ' +
          "undeclared reference to 'Object' (in container '')\n | Object{}\n | ......^",
      ],
    ],
  ])('%s', (_what, more, found) => {
    expect(complaints(MutatingAdmissionPolicy, policy(more))).toEqual(found);
  });
});

it('a binding is not about deletions', () => {
  const matchResources = { resourceRules: [{ ...RULE, operations: ['DELETE'] }] };
  expect(complaints(MutatingAdmissionPolicyBinding, { spec: { matchResources } })).toEqual([
    'spec.policyName: Required value',
    'spec.matchResources.resourceRules.operations: Unsupported value: "DELETE": supported values: "*", "CONNECT", "CREATE", "UPDATE"',
  ]);
});

it('names that are kept for others are warned of', () => {
  const warnings = (name: string) =>
    MutatingAdmissionPolicy.warnings?.(stored(MutatingAdmissionPolicy, { metadata: { name }, ...policy() }));
  expect(warnings('a.static.k8s.io')).toEqual([
    'metadata.name: names ending with ".static.k8s.io" are reserved for static manifest-based configurations and cannot be managed via the API',
  ]);
  expect(warnings('a')).toEqual([]);
});

it('rows tell how much it changes, and of what its parameters are', () => {
  const made = policy({ paramKind: { apiVersion: 'v1', kind: 'A' } });
  expect(row(MutatingAdmissionPolicy, made)).toEqual(['x', 1, 'v1/A', expect.any(String)]);
  expect(row(MutatingAdmissionPolicyBinding, { spec: { policyName: 'p' } })[2]).toBe('<unset>');
});
