import type { Scenario, Step } from '../step.ts';

const QUOTAS = '/api/v1/namespaces/NS/resourcequotas';
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

const quota = (spec: unknown, name = 'x'): object => ({ metadata: { name }, spec });
const dry = (spec: unknown): Step => ({ method: 'POST', path: `${QUOTAS}?dryRun=All`, body: quota(spec) });
const selecting = (...matchExpressions: readonly object[]): Step =>
  dry({ hard: { pods: '1' }, scopeSelector: { matchExpressions } });

const words: Scenario = {
  'quota of nothing': dry(undefined),
  'half a pod': dry({ hard: { pods: '1.5' } }),
  'bad name': dry({ hard: { 'a b': '1' } }),
  'less than nothing': dry({ hard: { cpu: '-1' } }),
  'nothing to count': dry({ hard: { storage: '1' } }),
  'unknown resource': dry({ hard: { 'limits.storage': 1 } }),
  'count of anything': dry({ hard: { 'count/x.y': '1' } }),
  'odd scope': dry({ hard: { pods: '1' }, scopes: ['Odd'] }),
  'scopes that exclude each other': dry({ hard: { pods: '1' }, scopes: ['BestEffort', 'NotBestEffort'] }),
  'scope of other things': dry({ hard: { services: '1' }, scopes: ['Terminating'] }),
  'selector of nothing': dry({ hard: { pods: '1' }, scopeSelector: {} }),
  'odd selector': selecting({ scopeName: 'Odd', operator: 'Near' }),
  'selector without values': selecting({ scopeName: 'PriorityClass', operator: 'In' }),
  'selector with values': selecting({ scopeName: 'PriorityClass', operator: 'Exists', values: ['a'] }),
  'selector that may only ask whether': selecting({ scopeName: 'BestEffort', operator: 'In', values: ['a'] }),
  'selectors that exclude each other': selecting(
    { scopeName: 'Terminating', operator: 'Exists' },
    { scopeName: 'NotTerminating', operator: 'Exists' },
  ),
  'selector of other things': dry({
    hard: { services: '1' },
    scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['a'] }] },
  }),
  'request above limit': dry({
    hard: { cpu: '2', 'limits.cpu': '1', 'requests.memory': '2Gi', 'limits.memory': '1Gi' },
  }),
};

const ranges = (...limits: readonly unknown[]): Step => ({
  method: 'POST',
  path: '/api/v1/namespaces/NS/limitranges?dryRun=All',
  body: { metadata: { name: 'x' }, spec: { limits } },
});

const limitRanges: Scenario = {
  'range of nothing': { ...ranges(), body: { metadata: { name: 'x' } } },
  'range without type': ranges({}),
  'odd type': ranges({ type: 'Odd' }, { type: 'a b' }, { type: 'a.b/c' }),
  'type twice': ranges({ type: 'Pod' }, { type: 'Pod' }),
  'odd name': ranges({ type: 'Container', max: { odd: '1' } }),
  'odd ratio': ranges({ type: 'Container', max: { storage: '1' }, maxLimitRequestRatio: { 'requests.a.b/c': '2' } }),
  'defaults of pods': ranges({ type: 'Pod', default: { cpu: '1' }, defaultRequest: { cpu: '1' } }),
  'claims without storage': ranges({ type: 'PersistentVolumeClaim', min: { cpu: '1' } }),
  'least above most': ranges({ type: 'Pod', min: { cpu: '2' }, max: { cpu: '1' } }),
  'defaults out of bounds': ranges({
    type: 'Container',
    min: { cpu: '2' },
    max: { cpu: '1' },
    default: { cpu: '3' },
    defaultRequest: { cpu: '4' },
  }),
  'defaults below': ranges({
    type: 'Container',
    min: { cpu: '2' },
    default: { cpu: '1' },
    defaultRequest: { cpu: '1' },
  }),
  'small ratio': ranges({ type: 'Container', maxLimitRequestRatio: { cpu: '500m' } }),
  'large ratio': ranges({ type: 'Pod', min: { cpu: '1' }, max: { cpu: '3' }, maxLimitRequestRatio: { cpu: '4' } }),
  'defaults that differ': ranges({
    type: 'Container',
    default: { 'a.b/c': '2' },
    defaultRequest: { 'a.b/c': '1' },
  }),
  'defaults that follow': ranges({ type: 'Container', max: { cpu: '1.0' }, min: { memory: '1024Mi' } }),
};

const API = '/api/v1/namespaces/NS';
const make = (plural: string, body: object): Step => ({ method: 'POST', path: `${API}/${plural}`, body });
const enforced = (name: string, hard: object, used: object): Scenario => ({
  [`make ${name}`]: make('resourcequotas', quota({ hard }, name)),
  [`enforce ${name}`]: { method: 'PATCH', path: `${QUOTAS}/${name}/status`, body: { status: { hard, used } } },
  ...Object.fromEntries(
    READS.map(read => [`read ${name} ${read}`, { method: 'GET', path: `${QUOTAS}/${name}` } as const]),
  ),
});
/** Time enough for a server's caches to see what was written. */
const READS = Array.from({ length: 20 }, (_, index) => index);
const pod = (name: string, resources: object, more: object = {}): Step =>
  make('pods', {
    metadata: { name },
    spec: { automountServiceAccountToken: false, containers: [{ name: 'c', image: 'i', resources }], ...more },
  });
const claim = (storage: string): Step =>
  make('persistentvolumeclaims?dryRun=All', {
    metadata: { name: 'x' },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'g', resources: { requests: { storage } } },
  });

/** Nothing counts while controllers are off: what is used is said by hand, and changes as admission charges it. */
const charged: Scenario = {
  ...enforced(
    'of-pods',
    { pods: '2', 'requests.cpu': '1', 'limits.memory': '1Gi' },
    { pods: '0', 'requests.cpu': '0', 'limits.memory': '0' },
  ),
  'pod that says nothing': pod('a', {}),
  'pod that fits': pod('a', { requests: { cpu: '600m' }, limits: { memory: '100Mi' } }),
  'pod again': pod('a', { requests: { cpu: '1m' }, limits: { memory: '1Mi' } }),
  'what pods use': { method: 'GET', path: `${QUOTAS}/of-pods` },
  'pod that does not fit': pod('b', { requests: { cpu: '600m' }, limits: { memory: '2Gi' } }),
  'forget about pods': { method: 'DELETE', path: `${QUOTAS}/of-pods` },
  ...enforced('of-maps', { configmaps: '5', 'count/configmaps': '1' }, { configmaps: '0' }),
  'map that nobody can count': make('configmaps', { metadata: { name: 'a' } }),
  'count maps': {
    method: 'PATCH',
    path: `${QUOTAS}/of-maps/status`,
    body: { status: { used: { 'count/configmaps': '1' } } },
  },
  'map too many': make('configmaps', { metadata: { name: 'a' } }),
  ...enforced(
    'of-services',
    { services: '5', 'services.nodeports': '1', 'services.loadbalancers': '0' },
    { services: '0', 'services.nodeports': '0', 'services.loadbalancers': '0' },
  ),
  'balancer too many': make('services?dryRun=All', {
    metadata: { name: 'x' },
    spec: {
      type: 'LoadBalancer',
      ports: [
        { port: 80, name: 'a' },
        { port: 81, name: 'b' },
      ],
    },
  }),
  ...enforced(
    'of-claims',
    { 'g.storageclass.storage.k8s.io/requests.storage': '1Gi', 'requests.storage': '3Gi' },
    { 'g.storageclass.storage.k8s.io/requests.storage': '512Mi', 'requests.storage': '1Gi' },
  ),
  'claim too large': claim('600Mi'),
  'claim that fits': claim('100Mi'),
};

const bounded: Scenario = {
  'make range': make('limitranges', {
    metadata: { name: 'r' },
    spec: {
      limits: [
        {
          type: 'Container',
          min: { cpu: '100m' },
          max: { cpu: '2' },
          default: { cpu: '1', memory: '200Mi' },
          defaultRequest: { cpu: '500m' },
          maxLimitRequestRatio: { cpu: '2' },
        },
        { type: 'PersistentVolumeClaim', min: { storage: '10Mi' }, max: { storage: '50Mi' } },
      ],
    },
  }),
  'pod with defaults': pod(
    'd',
    {},
    { initContainers: [{ name: 'i', image: 'i', resources: { limits: { cpu: '1' } } }] },
  ),
  'pod out of bounds': pod('e', { requests: { cpu: '3' }, limits: { cpu: '3' } }),
  'pod of a wide ratio': pod('f', { requests: { cpu: '300m' }, limits: { cpu: '1' } }),
  'claim out of bounds': claim('51Mi'),
  'claim below bounds': claim('1Mi'),
};

export const quotas: Scenario = {
  ...words,
  ...limitRanges,
  'make quota': {
    method: 'POST',
    path: QUOTAS,
    body: quota({ hard: { pods: '2', 'requests.cpu': '1', 'limits.memory': '1Gi' }, scopes: ['NotBestEffort'] }),
  },
  'change scopes': { method: 'PATCH', path: `${QUOTAS}/x`, body: { spec: { scopes: ['PriorityClass'] } } },
  'odd status': {
    method: 'PATCH',
    path: `${QUOTAS}/x/status`,
    body: { status: { hard: { odd: '1' }, used: { pods: '0.5' } } },
  },
  'say what is used': {
    method: 'PATCH',
    path: `${QUOTAS}/x/status`,
    body: { status: { hard: { pods: '2', 'requests.cpu': '1', 'limits.memory': '1Gi' }, used: { pods: '1' } } },
  },
  'as a row': { method: 'GET', path: `${QUOTAS}/x`, accept: TABLE },
  'change and delete': { method: 'DELETE', path: `${QUOTAS}/x` },
  ...charged,
  ...bounded,
};
