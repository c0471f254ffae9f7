import { change, dry, get, post, remove, table, type Scenario, type Step } from '../step.ts';

const PODS = '/api/v1/namespaces/NS/pods';
const BUDGETS = '/apis/policy/v1/namespaces/NS/poddisruptionbudgets';
const ACCOUNTS = '/api/v1/namespaces/NS/serviceaccounts';
const pod = (name: string, labels: object): Step =>
  post(PODS, { metadata: { name, labels }, spec: { containers: [{ name: 'c', image: 'i' }] } });
const runs = (name: string): Step =>
  change(`${PODS}/${name}/status`, {
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  });
const evict = (name: string, deleteOptions?: object, query = ''): Step =>
  post(`${PODS}/${name}/eviction${query}`, {
    metadata: { name },
    ...(deleteOptions === undefined ? {} : { deleteOptions }),
  });
const budget = (name: string, spec: object): Step => post(BUDGETS, { metadata: { name }, spec });
const badly = (spec: object): Step => dry(BUDGETS, { metadata: { name: 'x' }, spec });
const allows = (name: string, disruptionsAllowed: number, more: object = {}): Step =>
  change(`${BUDGETS}/${name}/status`, {
    status: {
      disruptionsAllowed,
      currentHealthy: 1,
      desiredHealthy: 1,
      expectedPods: 1,
      observedGeneration: 1,
      ...more,
    },
  });
const token = (spec: unknown, account = 'default', query = ''): Step =>
  post(`${ACCOUNTS}/${account}/token${query}`, { spec });

const tokens: Scenario = {
  'token too short': token({ expirationSeconds: 599 }),
  'token too long': token({ expirationSeconds: 2 ** 32 + 1 }),
  'token below zero': token({ expirationSeconds: -1 }),
  'token of text': token({ expirationSeconds: '600' }),
  'token for a chair': token({ boundObjectRef: { kind: 'Chair', apiVersion: 'v1', name: 'x' } }),
  'token for a pod of apps': token({ boundObjectRef: { kind: 'Pod', apiVersion: 'apps/v1', name: 'x' } }),
  'token for no pod': token({ boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'none' } }),
  'token for no secret': token({ boundObjectRef: { kind: 'Secret', apiVersion: 'v1', name: 'none' } }),
  'token for no node': token({ boundObjectRef: { kind: 'Node', apiVersion: 'v1', name: 'none' } }),
  'token for a pod of another account': token(
    { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'one' } },
    'other',
  ),
  'token for a pod that was': token({ boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'one', uid: 'x' } }),
  'token of no account': token({}, 'none'),
  'token of another name': post(`${ACCOUNTS}/default/token`, { metadata: { name: 'x' }, spec: {} }),
  'token of another namespace': post(`${ACCOUNTS}/default/token`, { metadata: { namespace: 'x' }, spec: {} }),
  'token of a pod': post(`${ACCOUNTS}/default/token`, { kind: 'Pod', apiVersion: 'v1' }),
  'token of nothing': post(`${ACCOUNTS}/default/token`, ''),
  'token with odd fields': token({ odd: 1 }, 'default', '?fieldValidation=Strict'),
};

/** Evictions with budgets and without, budgets themselves, and tokens that are refused. */
export const evictions: Scenario = {
  one: pod('one', { a: '1' }),
  two: pod('two', { a: '2' }),
  three: pod('three', { a: '3', b: '3' }),
  'one runs': runs('one'),
  'two runs': runs('two'),
  'three runs': runs('three'),
  'other account': post(ACCOUNTS, { metadata: { name: 'other' } }),
  ...tokens,
  'budget of nothing': budget('none', {}),
  'budget of all': badly({ selector: {}, minAvailable: 1 }),
  'budget of less than nothing': badly({ minAvailable: -1 }),
  'budget beyond': badly({ maxUnavailable: '101%' }),
  'budget in words': badly({ maxUnavailable: 'half' }),
  'budget of nothing at all': badly({ minAvailable: '' }),
  'budget of both': badly({ minAvailable: 1, maxUnavailable: '10%' }),
  'budget by an odd selector': badly({ selector: { matchExpressions: [{ key: 'a', operator: 'Near' }] } }),
  'budget by an odd label': badly({ selector: { matchLabels: { 'a b': 'c d' } } }),
  'budget of an odd policy': badly({ unhealthyPodEvictionPolicy: 'Odd' }),
  'budget of a long name': dry(BUDGETS, { metadata: { name: 'a'.repeat(254) }, spec: {} }),
  'budget of an odd name': dry(BUDGETS, { metadata: { name: 'A_' }, spec: {} }),
  'budget for two': budget('two', { minAvailable: 1, selector: { matchLabels: { a: '2' } } }),
  'evicted before it is known': evict('two'),
  'budget is known': allows('two', 0),
  'evicted within no budget': evict('two'),
  'evicted dry within no budget': evict('two', undefined, '?dryRun=All'),
  'evicted with its own dry run': evict('two', { dryRun: ['All'] }),
  'budget allows': allows('two', 1),
  'evicted dry': evict('two', undefined, '?dryRun=All'),
  'evicted at an old revision': evict('two', { preconditions: { resourceVersion: '1' } }),
  'evicted with an odd dry run': evict('two', { dryRun: ['Some'] }),
  'evicted as another': post(`${PODS}/two/eviction`, { metadata: { name: 'three' } }),
  'evicted of another namespace': post(`${PODS}/two/eviction`, { metadata: { name: 'two', namespace: 'x' } }),
  'evicted by nothing': post(`${PODS}/two/eviction`, ''),
  'evicted by a pod': post(`${PODS}/two/eviction`, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'two' } }),
  'evicted of old': post(`${PODS}/two/eviction`, {
    apiVersion: 'policy/v1beta1',
    kind: 'Eviction',
    metadata: { name: 'two' },
  }),
  evicted: evict('two'),
  'budget afterwards': get(`${BUDGETS}/two`),
  'budget for three': budget('three', { maxUnavailable: 1, selector: { matchLabels: { a: '3' } } }),
  'another for three': budget('other', { minAvailable: '50%', selector: { matchLabels: { b: '3' } } }),
  'evicted with two budgets': evict('three'),
  'status below zero': allows('three', -1, { currentHealthy: -1, expectedPods: -1 }),
  'status of old times': allows('three', 1, { disruptedPods: { three: '2026-01-01T00:00:00Z' } }),
  rows: table(BUDGETS),
  'evicted without a budget': evict('one'),
  'evicted when gone': evict('one'),
  'budget changed': change(`${BUDGETS}/three`, { spec: { maxUnavailable: 2 } }),
  'budget of both by a change': change(`${BUDGETS}/three`, { spec: { minAvailable: 2 } }),
  'budget gone': remove(`${BUDGETS}/three`),
};
