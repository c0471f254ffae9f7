import type { Scenario, Step } from '../step.ts';

const API = '/apis/admissionregistration.k8s.io/v1';
const VALIDATING = `${API}/validatingwebhookconfigurations`;
const MUTATING = `${API}/mutatingwebhookconfigurations`;
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const rule = (more: object = {}) => ({
  operations: ['CREATE'],
  apiGroups: [''],
  apiVersions: ['v1'],
  resources: ['configmaps'],
  ...more,
});
const hook = (more: object = {}) => ({
  name: 'a.b.c',
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
  // No request meets it, so that nobody is asked.
  rules: [rule({ apiGroups: ['nobody.example.com'] })],
  clientConfig: { url: 'https://127.0.0.1:1/x' },
  ...more,
});
const dry = (more: object, url = VALIDATING): Step => ({
  method: 'POST',
  path: `${url}?dryRun=All`,
  body: { metadata: { name: 'x' }, webhooks: [hook(more)] },
});
const ruled = (more: object): Step => dry({ rules: [rule(more)] });
const asked = (url: unknown): Step => dry({ clientConfig: { url } });
const served = (service: object): Step => dry({ clientConfig: { service: { namespace: 'n', name: 's', ...service } } });
const named = (name: string): Step => dry({ name });
const conditions = (...matchConditions: readonly object[]): Step => dry({ matchConditions });
const resources = [
  [],
  [''],
  ['*', 'pods'],
  ['pods', '*'],
  ['*/*', 'pods'],
  ['pods/*', 'pods/log'],
  ['*/log', 'pods/log'],
  ['pods/log', '*/log', 'pods/*', 'pods/log'],
  ['*', 'pods/log', '*/scale'],
  ['*/*', '*'],
];
const urls = [
  '',
  'x',
  'http://a.b',
  'https://',
  'https://a.b:x/y',
  'https://u:p@a.b/c',
  'https://a.b/c?d=e#f',
  'https://a b/c',
  'https://a/%zz',
  ':x',
  'a:b/c',
  'https://[::1]:443/x',
];
const paths = ['', '/', '//', 'x', '/x/', '/x//y', '/X', '/a/b_c', '/a/b?c'];

/** Configurations of admission webhooks; none of them is ever asked. */
export const webhookConfigurations: Scenario = {
  nothing: { method: 'POST', path: `${VALIDATING}?dryRun=All`, body: { metadata: { name: 'x' } } },
  'bad name': { method: 'POST', path: `${VALIDATING}?dryRun=All`, body: { metadata: { name: 'X_' } } },
  empty: { method: 'POST', path: `${MUTATING}?dryRun=All`, body: { metadata: { name: 'x' }, webhooks: [{}] } },
  least: dry({}),
  'least that mutates': dry({}, MUTATING),
  ...Object.fromEntries(['', 'a', 'a.b', 'A.b.c', 'a_b.c.d'].map(name => [`name ${name}`, named(name)])),
  'no operations': ruled({ operations: [] }),
  'odd operations': ruled({ operations: ['GET', '*', 'create'] }),
  'no groups': ruled({ apiGroups: [], apiVersions: [] }),
  'too many groups': ruled({ apiGroups: ['*', 'apps'], apiVersions: ['', '*', 'v1'] }),
  'odd scope': ruled({ scope: 'Odd' }),
  ...Object.fromEntries(resources.map(each => [`resources ${each.join()}`, ruled({ resources: each })])),
  ...Object.fromEntries(urls.map(url => [`url ${url}`, asked(url)])),
  ...Object.fromEntries(paths.map(path => [`path ${path}`, served({ path })])),
  'bad service': served({ namespace: '', name: '', port: 70_000 }),
  'port nought': served({ port: 0 }),
  'url and service': dry({ clientConfig: { url: 'https://a.b', service: { namespace: 'n', name: 's' } } }),
  'neither url nor service': dry({ clientConfig: {} }),
  'bad bundle': dry({ clientConfig: { url: 'https://a.b', caBundle: 'x' } }),
  'odd policies': dry({ failurePolicy: 'A', matchPolicy: 'B', reinvocationPolicy: 'C' }, MUTATING),
  'no side effects': dry({ sideEffects: undefined }),
  'some side effects': dry({ sideEffects: 'Some' }),
  'no time': dry({ timeoutSeconds: 0 }),
  'too much time': dry({ timeoutSeconds: 31 }),
  'bad selectors': dry({
    namespaceSelector: { matchLabels: { a: 'b c' } },
    objectSelector: { matchExpressions: [{ key: 'a', operator: 'Near' }] },
  }),
  'no reviews': dry({ admissionReviewVersions: [] }),
  'odd reviews': dry({ admissionReviewVersions: ['v2', 'v2', 'A_'] }),
  'a name twice': {
    method: 'POST',
    path: `${MUTATING}?dryRun=All`,
    body: { metadata: { name: 'x' }, webhooks: [hook(), hook({ timeoutSeconds: 40 })] },
  },
  'nameless conditions': conditions({ expression: '' }, { name: '', expression: 'true' }),
  'bad conditions': conditions({ name: 'a b', expression: 'true' }, { name: 'c', expression: ' ' }),
  'repeated conditions': conditions({ name: 'a', expression: 'true' }, { name: 'a', expression: 'false' }),
  'conditions that are none': conditions(
    { name: 'a', expression: 'x' },
    { name: 'b', expression: '1 +' },
    { name: 'c', expression: '"a"' },
    { name: 'd', expression: 'object.x' },
    { name: 'e', expression: 'request.userInfo.nick == "x"' },
    {
      name: 'f',
      expression: 'authorizer.group("").resource("pods").check("get").allowed() && namespaceObject.metadata.UID == ""',
    },
    { name: 'g', expression: 'authorizer.requestResource.check("get").allowed() && params == null' },
  ),
  made: {
    method: 'POST',
    path: MUTATING,
    body: {
      metadata: { name: 'beside' },
      webhooks: [hook({ clientConfig: { service: { namespace: 'n', name: 's' } } })],
    },
  },
  'made again': { method: 'POST', path: MUTATING, body: { metadata: { name: 'beside' }, webhooks: [hook()] } },
  table: { method: 'GET', path: `${MUTATING}?fieldSelector=metadata.name%3Dbeside`, accept: TABLE },
  'put without a revision': {
    method: 'PUT',
    path: `${MUTATING}/beside`,
    body: { metadata: { name: 'beside' }, webhooks: [hook()] },
  },
  patched: {
    method: 'PATCH',
    path: `${MUTATING}/beside`,
    type: 'application/strategic-merge-patch+json',
    body: { webhooks: [{ name: 'a.b.c', timeoutSeconds: 3 }] },
  },
  labelled: { method: 'PATCH', path: `${MUTATING}/beside`, body: { metadata: { labels: { a: 'b' } } } },
  gone: { method: 'DELETE', path: `${MUTATING}/beside` },
};
