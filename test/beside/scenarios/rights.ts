import { as, change, get, post, remove, type Scenario, type Step } from '../step.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const ROLES = `${RBAC}/namespaces/NS/roles`;
const BINDINGS = `${RBAC}/namespaces/NS/rolebindings`;
const MAPS = '/api/v1/namespaces/NS/configmaps';
const AUTHORIZATION = '/apis/authorization.k8s.io/v1';
const USER = 'ann';
const rule = (verbs: readonly string[], resources: readonly string[], more: object = {}): object => ({
  verbs,
  apiGroups: [''],
  resources,
  ...more,
});
const role = (name: string, ...rules: readonly object[]): Step => post(ROLES, { metadata: { name }, rules });
const bind = (name: string, roleName: string, kind = 'Role', user = USER): Step =>
  post(BINDINGS, {
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: roleName },
    subjects: [{ kind: 'User', name: user }],
  });
const hers = (step: Step): Step => as(USER, step);
const review = (spec: object): Step => hers(post(`${AUTHORIZATION}/selfsubjectaccessreviews`, { spec }));
const scopes = { rules: [rule(['*'], ['*'])] };

/** What somebody with few rights is told. */
export const rights: Scenario = {
  'her maps': hers(get(MAPS)),
  'a map of hers': hers(get(`${MAPS}/m`)),
  'all maps': hers(get('/api/v1/configmaps')),
  'her new map': hers(post(MAPS, { metadata: { name: 'm' } })),
  'her new map without a name': hers(post(MAPS, { metadata: { generateName: 'm' } })),
  'her change': hers(change(`${MAPS}/m`, {})),
  'her removal': hers(remove(`${MAPS}/m`)),
  'her removal of all': hers(remove(MAPS)),
  'her watch': hers(get(`${MAPS}?watch=1`)),
  'her log': hers(get('/api/v1/namespaces/NS/pods/p/log')),
  'her scale': hers(get('/apis/apps/v1/namespaces/NS/deployments/d/scale')),
  'her nodes': hers(get('/api/v1/nodes')),
  'her node': hers(get('/api/v1/nodes/n')),
  'her namespace': hers(get('/api/v1/namespaces/NS')),
  'her things': hers(get('/apis/a.b/v1/namespaces/NS/things')),
  'her path': hers(get('/metrics')),
  'her post to a path': hers(post('/nowhere', {})),
  'her health': hers(get('/healthz')),
  'her version': hers(get('/version')),
  'her groups': hers(get('/apis')),
  'her schemas': hers(get('/openapi/v3')),
  'her bad body': hers(post(MAPS, 'nonsense')),
  'her eviction': hers(post('/api/v1/namespaces/NS/pods/p/eviction', {})),
  'her token': hers(post('/api/v1/namespaces/NS/serviceaccounts/default/token', {})),
  'who she is': hers(post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {})),
  'a robot who asks': as('system:serviceaccount:NS:default', get(MAPS)),
  'who the robot is': as(
    'system:serviceaccount:NS:default',
    post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {}),
  ),
  'nobody who asks': as('system:anonymous', get(MAPS)),
  'her access': review({ resourceAttributes: { verb: 'get', resource: 'pods', namespace: 'NS' } }),
  'her access to a path': review({ nonResourceAttributes: { verb: 'get', path: '/version' } }),
  'her rules at first': hers(post(`${AUTHORIZATION}/selfsubjectrulesreviews`, { spec: { namespace: 'NS' } })),
  'her rules nowhere': hers(post(`${AUTHORIZATION}/selfsubjectrulesreviews`, { spec: {} })),
  reader: role('reader', rule(['get', 'list'], ['configmaps']), rule(['get'], ['secrets'], { resourceNames: ['s'] })),
  granter: role('granter', {
    verbs: ['create', 'update', 'patch'],
    apiGroups: ['rbac.authorization.k8s.io'],
    resources: ['roles', 'rolebindings'],
  }),
  'reader bound': bind('reader', 'reader'),
  'granter bound': bind('granter', 'granter'),
  'her maps then': { ...hers(get(MAPS)), until: 200 },
  'her rules then': hers(post(`${AUTHORIZATION}/selfsubjectrulesreviews`, { spec: { namespace: 'NS' } })),
  'her access by a role': review({ resourceAttributes: { verb: 'get', resource: 'configmaps', namespace: 'NS' } }),
  'her access of some': review({
    resourceAttributes: { verb: 'get', resource: 'secrets', name: 's', namespace: 'NS' },
  }),
  'her access of others': review({
    resourceAttributes: { verb: 'get', resource: 'secrets', name: 't', namespace: 'NS' },
  }),
  'her role of more': hers(role('more', rule(['delete'], ['pods', 'configmaps']), rule(['get'], ['configmaps']))),
  'her role of all': hers(post(ROLES, { metadata: { name: 'all' }, ...scopes })),
  'her role of what she has': hers(role('same', rule(['get'], ['configmaps']))),
  'her wider role': hers(change(`${ROLES}/same`, { rules: [rule(['get', 'watch'], ['configmaps'])] })),
  'her binding of more': hers(bind('admin', 'cluster-admin', 'ClusterRole')),
  'her binding of what she has': hers(bind('same', 'same')),
  'her binding of none': hers(bind('none', 'none')),
  'her role with bad rules': hers(role('bad', { verbs: [], resources: [] })),
  'her wish to be another': as(USER, as('bob', get(MAPS))),
  'access of another': post(`${AUTHORIZATION}/subjectaccessreviews`, {
    spec: { user: USER, resourceAttributes: { verb: 'list', resource: 'configmaps', namespace: 'NS' } },
  }),
  'access of another, locally': post(`${AUTHORIZATION}/namespaces/NS/localsubjectaccessreviews`, {
    metadata: { namespace: 'NS' },
    spec: { user: USER, resourceAttributes: { verb: 'list', resource: 'configmaps', namespace: 'NS' } },
  }),
  'reader gone': remove(`${ROLES}/reader`),
  'her maps without the role': { ...hers(get(MAPS)), until: 403 },
};
