import { change, dry, post, remove, table, type Scenario, type Step } from '../step.ts';

const API = '/apis/admissionregistration.k8s.io/v1';
const POLICIES = `${API}/mutatingadmissionpolicies`;
const BINDINGS = `${API}/mutatingadmissionpolicybindings`;
/** No request meets it. */
const RULE = {
  operations: ['CREATE'],
  apiGroups: ['nobody.example.com'],
  apiVersions: ['v1'],
  resources: ['nothings'],
};
const configuring = (expression: string) => ({
  patchType: 'ApplyConfiguration',
  applyConfiguration: { expression },
});
const patching = (expression: string) => ({ patchType: 'JSONPatch', jsonPatch: { expression } });
const spec = (more: object = {}) => ({
  matchConstraints: { resourceRules: [RULE] },
  mutations: [configuring('Object{}')],
  reinvocationPolicy: 'Never',
  ...more,
});
const policy = (more: object): Step => dry(POLICIES, { metadata: { name: 'x' }, spec: spec(more) });
const mutating = (...mutations: readonly object[]): Step => policy({ mutations });
const constrained = (more: object): Step => policy({ matchConstraints: { resourceRules: [RULE], ...more } });
const bound = (more: object): Step => dry(BINDINGS, { metadata: { name: 'x' }, spec: { policyName: 'p', ...more } });

const CONFIGURATIONS = [
  'Object{spec: Object.spec{replicas: 1}}',
  'Object{spec: Object.wrong{replicas: 1}}',
  'Object.spec{}',
  'Objects{}',
  ' 1 ',
  'Object{?metadata: optional.of(Object.metadata{})}',
  'Object{?metadata: Object.metadata{}}',
  'Object{a: [Object.a{}, 1]}',
  'Object{a: [Object.a{}, Object.b{}]}',
  'object',
  'optional.of(Object{})',
  'params == null ? Object{} : Object{}',
  'variables.a == 1 ? Object{} : Object{}',
  "jsonpatch.escapeKey('a') == '' ? Object{} : Object{}",
  'Object{spec: x}',
  'JSONPatch{op: "add"}',
];
const PATCHES = [
  '[JSONPatch{op: "add", path: "/a", valu: 1}]',
  '[JSONPatch{op: 1, path: "/a"}]',
  '[]',
  'object.x ? [JSONPatch{}] : []',
  '[JSONPatch{op: "add", path: jsonpatch.escapeKey(1)}]',
  '[JSONPatch{op: "add", path: "/" + jsonpatch.escapeKey("a/b")}]',
  '[Object{}]',
  'JSONPatch{}',
  '[JSONPatch{?op: optional.of("a")}]',
  '[JSONPatch{value: {"a": 1, "b": "x"}}]',
  '[JSONPatch{value: Object.spec{a: 1}}]',
];

/** MutatingAdmissionPolicies and their bindings; no request meets one. */
export const mutatingPolicies: Scenario = {
  nothing: dry(POLICIES, { metadata: { name: 'x' } }),
  least: policy({}),
  'reserved name': dry(POLICIES, { metadata: { name: 'x.static.k8s.io' }, spec: spec() }),
  'no mutations': policy({ mutations: [] }),
  'no constraints': policy({ matchConstraints: undefined }),
  'no rules': policy({ matchConstraints: {} }),
  'no reinvocation': policy({ reinvocationPolicy: undefined }),
  'odd policies': policy({
    failurePolicy: 'A',
    reinvocationPolicy: 'B',
    matchConstraints: { matchPolicy: 'C', resourceRules: [RULE] },
  }),
  'of deletions': constrained({
    resourceRules: [
      { ...RULE, operations: ['DELETE', 'CONNECT'] },
      { ...RULE, operations: ['*'] },
      { ...RULE, operations: ['GET'] },
    ],
  }),
  'without deletions': constrained({ excludeResourceRules: [{ ...RULE, operations: ['DELETE'] }] }),
  'no patch type': mutating({}),
  'odd patch type': mutating({ patchType: 'Merge' }),
  'no configuration': mutating({ patchType: 'ApplyConfiguration' }),
  'no patch': mutating({ patchType: 'JSONPatch' }),
  'the other one': mutating(
    { patchType: 'JSONPatch', applyConfiguration: { expression: 'Object{}' } },
    { patchType: 'ApplyConfiguration', jsonPatch: { expression: '[]' } },
  ),
  both: mutating({ ...patching('[JSONPatch{}]'), ...configuring('Object{}') }),
  'empty expressions': mutating(configuring(' '), { patchType: 'JSONPatch', jsonPatch: {} }),
  ...Object.fromEntries(CONFIGURATIONS.map(each => [`configuration ${each}`, mutating(configuring(each))])),
  ...Object.fromEntries(PATCHES.map(each => [`patch ${each}`, mutating(patching(each))])),
  variables: policy({
    variables: [
      { name: 'a', expression: '1' },
      { name: 'a', expression: 'variables.a + 1' },
      { name: 'b', expression: 'Object{}' },
      { name: 'c-d', expression: '' },
    ],
    mutations: [configuring('Object{spec: Object.spec{a: variables.a, b: variables.c}}')],
  }),
  parameters: policy({
    paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
    matchConditions: [{ name: 'a', expression: 'params == null && variables.a == 1' }],
    mutations: [configuring('Object{data: params.data}')],
  }),
  'no binding': dry(BINDINGS, { metadata: { name: 'x' } }),
  'least binding': bound({}),
  'bad policy': bound({ policyName: 'X_' }),
  'bound by rules': bound({
    matchResources: { resourceRules: [{ ...RULE, operations: ['DELETE'] }], excludeResourceRules: [RULE] },
  }),
  'params by both': bound({ paramRef: { name: 'a/b', selector: {}, parameterNotFoundAction: 'Allow' } }),
  'params by neither': bound({ paramRef: {} }),
  made: post(POLICIES, {
    metadata: { name: 'beside' },
    spec: spec({ paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } }),
  }),
  table: table(`${POLICIES}?fieldSelector=metadata.name%3Dbeside`),
  'put without a revision': {
    method: 'PUT',
    path: `${POLICIES}/beside`,
    body: { metadata: { name: 'beside' }, spec: spec() },
  },
  changed: change(`${POLICIES}/beside`, { spec: { reinvocationPolicy: 'IfNeeded', variables: [] } }),
  'binding made': post(BINDINGS, {
    metadata: { name: 'beside' },
    spec: { policyName: 'beside', paramRef: { name: 'x', namespace: 'y', parameterNotFoundAction: 'Deny' } },
  }),
  'binding table': table(`${BINDINGS}?fieldSelector=metadata.name%3Dbeside`),
  'binding gone': remove(`${BINDINGS}/beside`),
  gone: remove(`${POLICIES}/beside`),
};
