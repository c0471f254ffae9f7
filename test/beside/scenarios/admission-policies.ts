import type { Scenario, Step } from '../step.ts';

const API = '/apis/admissionregistration.k8s.io/v1';
const POLICIES = `${API}/validatingadmissionpolicies`;
const BINDINGS = `${API}/validatingadmissionpolicybindings`;
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
/** No request meets it. */
const RULE = {
  operations: ['CREATE'],
  apiGroups: ['nobody.example.com'],
  apiVersions: ['v1'],
  resources: ['nothings'],
};
const spec = (more: object = {}) => ({
  matchConstraints: { resourceRules: [RULE] },
  validations: [{ expression: 'true' }],
  ...more,
});
const dry = (more: object): Step => ({
  method: 'POST',
  path: `${POLICIES}?dryRun=All`,
  body: { metadata: { name: 'x' }, spec: spec(more) },
});
const bound = (more: object): Step => ({
  method: 'POST',
  path: `${BINDINGS}?dryRun=All`,
  body: { metadata: { name: 'x' }, spec: { policyName: 'p', validationActions: ['Deny'], ...more } },
});
const constrained = (more: object): Step => dry({ matchConstraints: { resourceRules: [RULE], ...more } });
const valid = (...validations: readonly object[]): Step => dry({ validations });
const variables = (...all: readonly object[]): Step =>
  dry({ variables: all, validations: [{ expression: 'variables.a == 1' }] });
const annotated = (...auditAnnotations: readonly object[]): Step => dry({ auditAnnotations });
const kind = (apiVersion: string, name = 'ConfigMap'): Step => dry({ paramKind: { apiVersion, kind: name } });
const ref = (paramRef: object): Step => bound({ paramRef });

/** ValidatingAdmissionPolicies and their bindings; no request is ever held against one. */
export const admissionPolicies: Scenario = {
  nothing: { method: 'POST', path: `${POLICIES}?dryRun=All`, body: { metadata: { name: 'x' } } },
  least: dry({}),
  'no validations': dry({ validations: [] }),
  'no constraints': dry({ matchConstraints: undefined }),
  'no rules': dry({ matchConstraints: {} }),
  'odd policies': dry({ failurePolicy: 'A', matchConstraints: { matchPolicy: 'B', resourceRules: [RULE] } }),
  'bad rules': constrained({ resourceRules: [{ ...RULE, operations: ['GET'], resourceNames: ['a', 'a', 'b/c'] }] }),
  'bad exclusions': constrained({ excludeResourceRules: [{}] }),
  'bad selectors': constrained({
    namespaceSelector: { matchLabels: { a: 'b c' } },
    objectSelector: { matchExpressions: [{ key: 'a', operator: 'Near' }] },
  }),
  ...Object.fromEntries(
    ['', 'v1', '/', 'a/b/c', 'A_/v1', 'apps/1', 'apps/'].map(each => [`kind of ${each}`, kind(each)]),
  ),
  'odd kind': kind('v1', 'Con_fig'),
  'no kind': kind('v1', ''),
  'empty expression': valid({ expression: ' ' }),
  ...Object.fromEntries(
    [
      'x',
      '1 +',
      '"a"',
      'null',
      'object.x',
      '[1]',
      'timestamp("2020-01-01T00:00:00Z")',
      'params == null',
      'variables.a == 1',
      'request.nick == "x"',
      'namespaceObject.metadata.name == "x"',
      'authorizer.requestResource.check("get").allowed()',
      ' \n  true == 1',
    ].map(expression => [`expression ${expression}`, valid({ expression })]),
  ),
  'params in expressions': dry({
    paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
    matchConditions: [{ name: 'a', expression: 'params == null' }],
    validations: [{ expression: 'params.data.x == "y"', messageExpression: 'params.data.x + "" ' }],
  }),
  'params in conditions': dry({ matchConditions: [{ name: 'a', expression: 'params == null' }] }),
  'empty messages': valid({ expression: 'true', message: ' ', messageExpression: ' ' }),
  'a message of lines': valid({ expression: 'true', message: 'a\nb' }),
  'messages that are none': valid(
    { expression: 'true', messageExpression: '1' },
    { expression: 'true', messageExpression: 'authorizer.group("").resource("pods").check("get").reason()' },
    { expression: 'true', messageExpression: 'object.x' },
  ),
  'odd reason': valid({ expression: 'true', reason: 'Odd' }),
  'a reason': valid({ expression: 'true', reason: 'Unauthorized' }),
  'good variables': variables({ name: 'a', expression: '1' }),
  'variables of others': variables({ name: 'b', expression: '1' }, { name: 'a', expression: 'variables.b + 1' }),
  'variables before their turn': variables({ name: 'a', expression: 'variables.b' }, { name: 'b', expression: '1' }),
  'variables of another type': variables({ name: 'a', expression: '"x"' }),
  'bad variables': variables(
    { name: '', expression: ' ' },
    { name: 'a-b', expression: '1' },
    { name: 'in', expression: 'x' },
  ),
  'variables that are lists': dry({
    variables: [{ name: 'a', expression: '[1, 2].map(x, {"k": x})' }],
    validations: [{ expression: 'variables.a[0].k == "x"' }],
  }),
  'repeated variables': variables({ name: 'a', expression: '1' }, { name: 'a', expression: '2' }),
  'good annotations': annotated({ key: 'a', valueExpression: '"x"' }, { key: 'b', valueExpression: 'null' }),
  'bad annotations': annotated(
    { key: 'a b', valueExpression: '1' },
    { key: 'c', valueExpression: ' ' },
    { key: 'c', valueExpression: 'object.x' },
  ),
  'no key': annotated({ key: '', valueExpression: '"x"' }),
  'long annotations': annotated({ key: 'a', valueExpression: `"${'x'.repeat(6000)}"` }),
  'too many annotations': annotated(
    ...Array.from({ length: 21 }, (_, index) => ({ key: `k${index}`, valueExpression: '"x"' })),
  ),
  'annotations alone': dry({ validations: undefined, auditAnnotations: [{ key: 'a', valueExpression: '"x"' }] }),
  'no binding': { method: 'POST', path: `${BINDINGS}?dryRun=All`, body: { metadata: { name: 'x' } } },
  'least binding': bound({}),
  'bad policy': bound({ policyName: 'X_' }),
  'no actions': bound({ validationActions: [] }),
  'odd actions': bound({ validationActions: ['Odd', 'Deny', 'Warn'] }),
  'bound by rules': bound({
    matchResources: { resourceRules: [RULE], excludeResourceRules: [{ ...RULE, resources: [] }] },
  }),
  'params by name': ref({ name: 'x', parameterNotFoundAction: 'Deny' }),
  'params by both': ref({ name: 'a/b', selector: {}, parameterNotFoundAction: 'Allow' }),
  'params by neither': ref({}),
  'params with an odd action': ref({ name: 'x', parameterNotFoundAction: 'Odd' }),
  made: {
    method: 'POST',
    path: POLICIES,
    body: { metadata: { name: 'beside' }, spec: spec({ paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } }) },
  },
  table: { method: 'GET', path: `${POLICIES}?fieldSelector=metadata.name%3Dbeside`, accept: TABLE },
  'put without a revision': {
    method: 'PUT',
    path: `${POLICIES}/beside`,
    body: { metadata: { name: 'beside' }, spec: spec() },
  },
  'patched by name': {
    method: 'PATCH',
    path: `${POLICIES}/beside`,
    type: 'application/strategic-merge-patch+json',
    body: { spec: { matchConditions: [{ name: 'a', expression: 'true' }] } },
  },
  'binding made': {
    method: 'POST',
    path: BINDINGS,
    body: {
      metadata: { name: 'beside' },
      spec: {
        policyName: 'beside',
        validationActions: ['Warn', 'Audit'],
        paramRef: {
          selector: {
            matchLabels: { b: 'c', a: 'b' },
            matchExpressions: [{ key: 'x', operator: 'In', values: ['y', 'z'] }],
          },
          parameterNotFoundAction: 'Allow',
        },
      },
    },
  },
  'binding table': { method: 'GET', path: `${BINDINGS}?fieldSelector=metadata.name%3Dbeside`, accept: TABLE },
  'binding gone': { method: 'DELETE', path: `${BINDINGS}/beside` },
  gone: { method: 'DELETE', path: `${POLICIES}/beside` },
};
