import { post, type Scenario, type Step } from '../step.ts';

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const table = (path: string): Step => ({ method: 'GET', path, accept: TABLE });
const AUTHENTICATION = '/apis/authentication.k8s.io/v1';
const AUTHORIZATION = '/apis/authorization.k8s.io/v1';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const access = (spec: unknown): Step => post(`${AUTHORIZATION}/subjectaccessreviews`, { spec });
const own = (spec: unknown): Step => post(`${AUTHORIZATION}/selfsubjectaccessreviews`, { spec });
const local = (spec: unknown): Step => post(`${AUTHORIZATION}/namespaces/NS/localsubjectaccessreviews`, { spec });
const requirement = (key: string, operator: string, values?: readonly string[]): object => ({ key, operator, values });

/** Kinds that are answered and never stored, and the tables of those that lie in no namespace. */
export const reviews: Scenario = {
  'own access': own({ resourceAttributes: { verb: 'get', resource: 'pods', namespace: 'NS' } }),
  'own access to a path': own({ nonResourceAttributes: { path: '/healthz', verb: 'get' } }),
  'own access to nothing': own({}),
  'own access to both': own({ nonResourceAttributes: { path: '/x' }, resourceAttributes: { verb: 'get' } }),
  'access of nobody': access({ resourceAttributes: { verb: 'get', resource: 'pods' } }),
  'access of a user': access({ user: 'u', resourceAttributes: { verb: 'get', resource: 'pods' } }),
  'access of a group': access({ groups: ['system:masters'], resourceAttributes: { verb: 'get', resource: 'pods' } }),
  'access of a user with more': access({
    user: 'u',
    uid: '1',
    extra: { 'a.b/c': ['d'] },
    groups: ['g'],
    nonResourceAttributes: { path: '/api', verb: 'get' },
  }),
  'access named': post(`${AUTHORIZATION}/subjectaccessreviews`, {
    metadata: { name: 'x' },
    spec: { user: 'u', resourceAttributes: { verb: 'get' } },
  }),
  'access by selector': access({
    user: 'u',
    resourceAttributes: {
      verb: 'list',
      resource: 'pods',
      labelSelector: { requirements: [requirement('a', 'In', ['b'])] },
    },
  }),
  'access by bad selector': access({
    user: 'u',
    resourceAttributes: {
      verb: 'list',
      resource: 'pods',
      labelSelector: { rawSelector: 'a=b', requirements: [requirement('', 'Near'), requirement('a', 'Exists', ['x'])] },
      fieldSelector: { requirements: [requirement('a', 'In', [])] },
    },
  }),
  'access by raw selector': access({
    user: 'u',
    resourceAttributes: { verb: 'list', fieldSelector: { rawSelector: 'a in' } },
  }),
  'local access': local({ user: 'u', resourceAttributes: { verb: 'get', resource: 'pods', namespace: 'NS' } }),
  'local access elsewhere': local({
    user: 'u',
    resourceAttributes: { verb: 'get', resource: 'pods', namespace: 'other' },
  }),
  'local access to a path': local({ user: 'u', nonResourceAttributes: { path: '/x', verb: 'get' } }),
  rules: post(`${AUTHORIZATION}/selfsubjectrulesreviews`, { spec: {} }),
  'who am I': post(`${AUTHENTICATION}/selfsubjectreviews`, {}),
  'token nonsense': post(`${AUTHENTICATION}/tokenreviews`, { spec: { token: 'x' } }),
  'token none': post(`${AUTHENTICATION}/tokenreviews`, { spec: {} }),
  'review listed': { method: 'GET', path: `${AUTHORIZATION}/subjectaccessreviews` },
  'review deleted': { method: 'DELETE', path: `${AUTHORIZATION}/subjectaccessreviews/x` },
  'bind without pod': post('/api/v1/namespaces/NS/bindings', { metadata: { name: 'none' }, target: { name: 'n' } }),
  'bind without target': post('/api/v1/namespaces/NS/bindings', { metadata: { name: 'none' } }),
  pod: post('/api/v1/namespaces/NS/pods', {
    metadata: { name: 'p' },
    spec: { containers: [{ name: 'c', image: 'i:1' }] },
  }),
  bind: post('/api/v1/namespaces/NS/bindings', { metadata: { name: 'p' }, target: { name: 'n' } }),
  'bind again': post('/api/v1/namespaces/NS/pods/p/binding', { metadata: { name: 'p' }, target: { name: 'm' } }),
  'bind to a chair': post('/api/v1/namespaces/NS/pods/p/binding', {
    metadata: { name: 'p' },
    target: { kind: 'Chair', name: 'm' },
  }),
  'bind of another uid': post('/api/v1/namespaces/NS/pods/p/binding', {
    metadata: { name: 'p', uid: 'x' },
    target: { name: 'm' },
  }),
  'evict dry': post('/api/v1/namespaces/NS/pods/p/eviction?dryRun=All', { metadata: { name: 'p' } }),
  'evict another uid': post('/api/v1/namespaces/NS/pods/p/eviction', {
    metadata: { name: 'p' },
    deleteOptions: { preconditions: { uid: 'x' } },
  }),
  'evict negative': post('/api/v1/namespaces/NS/pods/p/eviction', {
    metadata: { name: 'p' },
    deleteOptions: { gracePeriodSeconds: -5 },
  }),
  'evict oddly': post('/api/v1/namespaces/NS/pods/p/eviction', {
    metadata: { name: 'p' },
    deleteOptions: { propagationPolicy: 'Sideways' },
  }),
  evict: post('/api/v1/namespaces/NS/pods/p/eviction', { metadata: { name: 'p' } }),
  node: post('/api/v1/nodes', {
    metadata: { name: 'NS-n', labels: { 'node-role.kubernetes.io/b': '', 'node-role.kubernetes.io/a': '' } },
    spec: { unschedulable: true },
    status: {
      addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          lastHeartbeatTime: '2026-01-01T00:00:00Z',
          lastTransitionTime: '2026-01-01T00:00:00Z',
        },
      ],
      nodeInfo: { kubeletVersion: 'v1', osImage: 'o', kernelVersion: 'k', containerRuntimeVersion: 'r' },
    },
  }),
  'node table': table('/api/v1/nodes/NS-n'),
  'node deleted': { method: 'DELETE', path: '/api/v1/nodes/NS-n' },
  'cluster role': post(`${RBAC}/clusterroles`, { metadata: { name: 'NS-r' } }),
  'cluster role table': table(`${RBAC}/clusterroles/NS-r`),
  'cluster role deleted': { method: 'DELETE', path: `${RBAC}/clusterroles/NS-r` },
  'cluster binding': post(`${RBAC}/clusterrolebindings`, {
    metadata: { name: 'NS-b' },
    roleRef: { kind: 'ClusterRole', name: 'r' },
    subjects: [
      { kind: 'User', name: 'u' },
      { kind: 'Group', name: 'g' },
      { kind: 'ServiceAccount', name: 's', namespace: 'n' },
    ],
  }),
  'cluster binding table': table(`${RBAC}/clusterrolebindings/NS-b`),
  'cluster binding deleted': { method: 'DELETE', path: `${RBAC}/clusterrolebindings/NS-b` },
  'pod template': post('/api/v1/namespaces/NS/podtemplates', {
    metadata: { name: 't' },
    template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i:1' }] } },
  }),
  'pod template table': table('/api/v1/namespaces/NS/podtemplates'),
};
