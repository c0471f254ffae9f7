import type { Scenario, Step } from '../step.ts';

const send = (method: Step['method'], path: string, body?: unknown): Step => ({
  method,
  path,
  ...(body === undefined ? {} : { body }),
});
const core = (path: string): string => `/api/v1/namespaces/NS/${path}`;
const apps = (path: string): string => `/apis/apps/v1/namespaces/NS/${path}`;
const rbac = (path: string): string => `/apis/rbac.authorization.k8s.io/v1/namespaces/NS/${path}`;
const SLICES = '/apis/discovery.k8s.io/v1/namespaces/NS/endpointslices';
const EVENTS = '/apis/events.k8s.io/v1/namespaces/NS/events';
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/NS/leases';
const BUDGETS = '/apis/policy/v1/namespaces/NS/poddisruptionbudgets';
const CLASSES = '/apis/scheduling.k8s.io/v1/priorityclasses';
const post = (path: string, body: unknown): Step => send('POST', path, body);
const change = (path: string, body: unknown): Step => send('PATCH', path, body);
const apply = (path: string, body: object): Step => ({
  method: 'PATCH',
  path: `${path}?fieldManager=m&force=true`,
  body,
  type: 'application/apply-patch+yaml',
});
const remove = (path: string): Step => send('DELETE', path);

const labels = { app: 'web' };
const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i:1' }] } };
const owned = { selector: { matchLabels: labels }, template };
const named = (name: string, parts: object): object => ({ metadata: { name }, ...parts });
const event = {
  eventTime: '2026-01-01T00:00:00.000000Z',
  regarding: { kind: 'Pod', namespace: 'NS', name: 'p' },
  reason: 'Because',
  action: 'Doing',
  type: 'Normal',
  reportingController: 'a.b/c',
  reportingInstance: 'i',
};

const RBAC_ROLE = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role' };
const SLICE = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' };

const services: Scenario = {
  service: post(core('services'), named('s', { spec: { selector: labels, ports: [{ port: 80, name: 'a' }] } })),
  'service more ports': change(core('services/s'), { spec: { ports: [{ port: 80 }, { port: 81 }] } }),
  'service to node port': change(core('services/s'), { spec: { type: 'NodePort' } }),
  'service port renamed': change(core('services/s'), { spec: { ports: [{ port: 80, name: 'b' }] } }),
  'service to balancer': change(core('services/s'), { spec: { type: 'LoadBalancer', loadBalancerClass: 'a.b/c' } }),
  'service other class': change(core('services/s'), { spec: { loadBalancerClass: 'a.b/d' } }),
  'service bad class': change(core('services/s'), { spec: { loadBalancerClass: 'a b' } }),
  'service to local': change(core('services/s'), { spec: { externalTrafficPolicy: 'Local' } }),
  'service other health port': change(core('services/s'), { spec: { healthCheckNodePort: 30_999 } }),
  'service reached': change(core('services/s/status'), { status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } } }),
  'service reached badly': change(core('services/s/status'), {
    status: {
      loadBalancer: {
        ingress: [
          { ip: 'x', ipMode: 'Odd' },
          { hostname: '1.2.3.4', ipMode: 'VIP' },
        ],
      },
    },
  }),
  'service to cluster': change(core('services/s'), { spec: { type: 'ClusterIP', loadBalancerClass: null } }),
  'service to headless': change(core('services/s'), { spec: { clusterIP: 'None' } }),
  'service other family': change(core('services/s'), { spec: { ipFamilies: ['IPv6'] } }),
  'service dual': change(core('services/s'), { spec: { ipFamilyPolicy: 'RequireDualStack' } }),
  'service prefers dual': change(core('services/s'), { spec: { ipFamilyPolicy: 'PreferDualStack' } }),
  'service status of cluster': change(core('services/s/status'), {
    status: { loadBalancer: { ingress: [{ hostname: 'a.example' }] } },
  }),
  'service affinity': change(core('services/s'), { spec: { sessionAffinity: 'ClientIP' } }),
  'service no affinity': change(core('services/s'), { spec: { sessionAffinity: 'None' } }),
  'service external': change(core('services/s'), { spec: { externalIPs: ['10.9.9.9'] } }),
  'service no selector': change(core('services/s'), { spec: { selector: null } }),
  'service to external name': change(core('services/s'), { spec: { type: 'ExternalName', externalName: 'a.example' } }),
  'service back to cluster': change(core('services/s'), { spec: { type: 'ClusterIP', externalName: null } }),
  'service bare headless': post(core('services'), named('bare', { spec: { clusterIP: 'None' } })),
  'service close': post(
    core('services'),
    named('close', { spec: { ports: [{ port: 80 }], trafficDistribution: 'PreferClose' } }),
  ),
  'service two protocols': post(
    core('services'),
    named('dns', {
      spec: {
        ports: [
          { port: 53, name: 'a' },
          { port: 53, name: 'b', protocol: 'UDP' },
        ],
      },
    }),
  ),
  'service digits': post(core('services'), named('1a', { spec: { ports: [{ port: 80 }] } })),
  'service dots': post(core('services'), named('a.b', { spec: { ports: [{ port: 80 }] } })),
};

const workloads: Scenario = {
  deployment: post(apps('deployments'), named('d', { spec: owned })),
  'deployment other selector': change(apps('deployments/d'), { spec: { selector: { matchLabels: { app: 'x' } } } }),
  'deployment wider selector': change(apps('deployments/d'), { spec: { selector: { matchLabels: { b: 'c' } } } }),
  'deployment negative': change(apps('deployments/d'), { spec: { replicas: -1, revisionHistoryLimit: -1 } }),
  'deployment recreate': change(apps('deployments/d'), { spec: { strategy: { type: 'Recreate' } } }),
  'deployment recreate well': change(apps('deployments/d'), {
    spec: { strategy: { type: 'Recreate', rollingUpdate: null } },
  }),
  'deployment status': change(apps('deployments/d/status'), {
    status: { replicas: 1, updatedReplicas: 2, collisionCount: 3 },
  }),
  'deployment status well': change(apps('deployments/d/status'), { status: { replicas: 1, collisionCount: 3 } }),
  'deployment collisions': change(apps('deployments/d/status'), { status: { collisionCount: 2 } }),
  'deployment scaled': change(apps('deployments/d/scale'), { spec: { replicas: 3 } }),
  'deployment scaled badly': change(apps('deployments/d/scale'), { spec: { replicas: -3 } }),
  'deployment deleted': remove(apps('deployments/d')),
  'replica set': post(apps('replicasets'), named('r', { spec: { ...owned, minReadySeconds: 5 } })),
  'replica set other selector': change(apps('replicasets/r'), { spec: { selector: { matchLabels: { app: 'x' } } } }),
  'replica set status': change(apps('replicasets/r/status'), {
    status: { replicas: -1, fullyLabeledReplicas: 2, availableReplicas: 1 },
  }),
  'replica set deleted': remove(apps('replicasets/r')),
  controller: post(core('replicationcontrollers'), named('c', { spec: { template } })),
  'controller other selector': change(core('replicationcontrollers/c'), { spec: { selector: { app: 'x' } } }),
  'controller empty selector': change(core('replicationcontrollers/c'), { spec: { selector: null } }),
  'controller bad': change(core('replicationcontrollers/c'), { spec: { replicas: -1, minReadySeconds: -1 } }),
  'controller status': change(core('replicationcontrollers/c/status'), { status: { replicas: 1, readyReplicas: 2 } }),
  'controller deleted': remove(core('replicationcontrollers/c')),
  'pod template': post(core('podtemplates'), named('t', { template })),
  'pod template changed': change(core('podtemplates/t'), { template: { metadata: { labels: { a: 'b' } } } }),
  'pod template deleted': remove(core('podtemplates/t')),
  budget: post(BUDGETS, named('b', { spec: { minAvailable: 1, selector: { matchLabels: labels } } })),
  'budget other': change(BUDGETS + '/b', { spec: { minAvailable: '10%', unhealthyPodEvictionPolicy: 'AlwaysAllow' } }),
  'budget more than all': change(BUDGETS + '/b', { spec: { minAvailable: '110%' } }),
  'budget status': change(BUDGETS + '/b/status', { status: { disruptionsAllowed: -1, expectedPods: -1 } }),
  'budget bad selector': change(BUDGETS + '/b', {
    spec: {
      selector: { matchLabels: { 'a b': 'c' }, matchExpressions: [{ key: 'x', operator: 'Exists', values: ['y'] }] },
    },
  }),
  'budget deleted': remove(BUDGETS + '/b'),
};

const reports: Scenario = {
  endpoints: post(core('endpoints'), named('e', { subsets: [{ addresses: [{ ip: '10.1.0.1' }] }] })),
  'endpoints odd': change(core('endpoints/e'), { subsets: [{ addresses: [{ ip: 'FD00::1' }, { ip: '010.0.0.1' }] }] }),
  'endpoints of node': change(core('endpoints/e'), {
    subsets: [
      {
        notReadyAddresses: [{ ip: '169.254.0.1', hostname: 'A', nodeName: 'B_' }, { ip: '224.0.0.1' }, { ip: '::' }],
        ports: [{ port: 1 }, { port: 2, protocol: 'x', appProtocol: 'a b' }],
      },
    ],
  }),
  'endpoints deleted': remove(core('endpoints/e')),
  slice: post(SLICES, named('s', { addressType: 'IPv4' })),
  'slice labelled': change(SLICES + '/s', { metadata: { labels } }),
  'slice annotated': change(SLICES + '/s', { metadata: { annotations: labels } }),
  'slice filled': change(SLICES + '/s', { endpoints: [{ addresses: ['10.1.0.1'] }], ports: [{ port: 80, name: 'a' }] }),
  'slice other family': change(SLICES + '/s', { addressType: 'IPv6' }),
  'slice ports twice': change(SLICES + '/s', { ports: [{ port: 80 }, { port: 81 }] }),
  'slice bad hints': change(SLICES + '/s', {
    endpoints: [
      {
        addresses: ['10.1.0.1'],
        nodeName: 'A_',
        hostname: 'B_',
        deprecatedTopology: { 'a b': 'c' },
        hints: { forZones: [{ name: 'a b' }, { name: 'a b' }], forNodes: [{ name: 'C_' }] },
      },
    ],
  }),
  'slice of names': post(
    SLICES,
    named('n', { addressType: 'FQDN', endpoints: [{ addresses: ['a.example', 'b', ''] }] }),
  ),
  'slice of names well': post(SLICES, named('n', { addressType: 'FQDN', endpoints: [{ addresses: ['a.example'] }] })),
  'slice of six': post(
    SLICES,
    named('six', { addressType: 'IPv6', endpoints: [{ addresses: ['FD00::1', '1.2.3.4'] }] }),
  ),
  'slice too many': post(
    SLICES,
    named('many', {
      addressType: 'IPv4',
      endpoints: [{ addresses: Array.from({ length: 101 }, (_, index) => `10.1.0.${index}`) }],
    }),
  ),
  'slice deleted': remove(SLICES + '/s'),
  event: post(EVENTS, named('e', event)),
  'event again': change(EVENTS + '/e', { series: { count: 2, lastObservedTime: '2026-01-01T00:00:01.000000Z' } }),
  'event once': change(EVENTS + '/e', { series: { count: 1 } }),
  'event otherwise': change(EVENTS + '/e', {
    note: 'x',
    regarding: { name: 'q' },
    related: { kind: 'Node' },
    reportingInstance: 'j',
  }),
  'event later': change(EVENTS + '/e', { eventTime: '2026-01-02T00:00:00.000000Z' }),
  'event in the core': change(core('events/e'), { message: 'x', count: 7 }),
  'event too wordy': post(
    EVENTS,
    named('f', { ...event, reason: 'x'.repeat(129), note: 'x'.repeat(1025), reportingController: 'a b' }),
  ),
  'event of nowhere': post(core('events'), named('g', { involvedObject: { kind: 'Node', name: 'n' } })),
  'event old': post(
    EVENTS,
    named('g', {
      ...event,
      deprecatedCount: 1,
      deprecatedSource: { host: 'h' },
      deprecatedFirstTimestamp: '2026-01-01T00:00:00Z',
    }),
  ),
  'event oddly named': post(core('events'), named('A_b', { involvedObject: { namespace: 'NS' } })),
  'event deleted': remove(EVENTS + '/e'),
  lease: post(LEASES, named('l', { spec: { strategy: 'Odd', preferredHolder: 'x' } })),
  'lease renewed': change(LEASES + '/l', { spec: { holderIdentity: 'me', renewTime: '2026-01-01T00:00:00.5Z' } }),
  'lease bad': change(LEASES + '/l', { spec: { leaseDurationSeconds: 0 } }),
  'lease deleted': remove(LEASES + '/l'),
};

const settings: Scenario = {
  secret: post(core('secrets'), named('s', { stringData: { a: 'b' }, immutable: true })),
  'secret changed': change(core('secrets/s'), { stringData: { a: 'c' } }),
  'secret loosened': change(core('secrets/s'), { immutable: false, type: 'x' }),
  'secret key': post(core('secrets'), named('t', { stringData: { 'a b': '' } })),
  'secret docker list': post(
    core('secrets'),
    named('t', { type: 'kubernetes.io/dockercfg', stringData: { '.dockercfg': '[]' } }),
  ),
  'secret ssh empty': post(
    core('secrets'),
    named('t', { type: 'kubernetes.io/ssh-auth', stringData: { 'ssh-privatekey': '' } }),
  ),
  'secret tls swapped': post(
    core('secrets'),
    named('swapped', {
      type: 'kubernetes.io/tls',
      stringData: { 'tls.crt': '-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n', 'tls.key': 'x' },
    }),
  ),
  'secret deleted': remove(core('secrets/s')),
  map: post(core('configmaps'), named('m', { data: { a: 'b' } })),
  'map deleted': remove(core('configmaps/m')),
  account: post(core('serviceaccounts'), named('a', { imagePullSecrets: [{ name: 'x' }] })),
  'account changed': change(core('serviceaccounts/a'), { automountServiceAccountToken: false }),
  'account token': post(core('serviceaccounts/a/token'), { spec: { expirationSeconds: 60 } }),
  'account token, two audiences': post(core('serviceaccounts/a/token'), {
    spec: { audiences: [''], expirationSeconds: 4_294_967_297 },
  }),
  'account token of a node': post(core('serviceaccounts/a/token'), {
    spec: { boundObjectRef: { kind: 'Node', apiVersion: 'v1', name: 'none' } },
  }),
  'account token named': post(core('serviceaccounts/a/token'), { metadata: { name: 'b' }, spec: {} }),
  'account deleted': remove(core('serviceaccounts/a')),
  role: post(rbac('roles'), named('r', { rules: [] })),
  'role changed': change(rbac('roles/r'), {
    rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'], resourceNames: ['x'] }],
  }),
  'role bad': change(rbac('roles/r'), { rules: [{ verbs: [] }] }),
  'role applied': apply(rbac('roles/applied'), { ...RBAC_ROLE, metadata: { name: 'applied' } }),
  'role applied with rules': apply(rbac('roles/applied'), {
    ...RBAC_ROLE,
    metadata: { name: 'applied' },
    rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }],
  }),
  'role applied without': apply(rbac('roles/applied'), { ...RBAC_ROLE, metadata: { name: 'applied' } }),
  'slice applied': apply(SLICES + '/applied', { ...SLICE, metadata: { name: 'applied' }, addressType: 'IPv4' }),
  'slice applied with ports': apply(SLICES + '/applied', {
    ...SLICE,
    metadata: { name: 'applied' },
    addressType: 'IPv4',
    endpoints: [],
    ports: [{ port: 80 }],
  }),
  'role by JSON patch': {
    method: 'PATCH',
    path: rbac('roles/applied'),
    body: [{ op: 'add', path: '/rules', value: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }] }],
    type: 'application/json-patch+json',
  },
  'role by JSON patch to none': {
    method: 'PATCH',
    path: rbac('roles/applied'),
    body: [
      { op: 'test', path: '/rules/0/verbs/0', value: 'get' },
      { op: 'replace', path: '/rules', value: null },
    ],
    type: 'application/json-patch+json',
  },
  'role by strategic patch': {
    method: 'PATCH',
    path: rbac('roles/applied'),
    body: { rules: [{ verbs: ['list'], apiGroups: [''], resources: ['pods'] }] },
    type: 'application/strategic-merge-patch+json',
  },
  'role oddly named': post(rbac('roles'), named('A:b', {})),
  'role slashed': post(rbac('roles'), named('a/b', {})),
  binding: post(rbac('rolebindings'), named('b', { roleRef: { kind: 'Role', name: 'r' } })),
  'binding subjects': change(rbac('rolebindings/b'), {
    subjects: [
      { kind: 'User', name: 'u' },
      { kind: 'Group', name: 'g', apiGroup: 'x' },
    ],
  }),
  'binding subjects well': change(rbac('rolebindings/b'), { subjects: [{ kind: 'Group', name: 'g' }] }),
  'binding other group': post(
    rbac('rolebindings'),
    named('o', { roleRef: { apiGroup: 'x', kind: 'Role', name: 'a/b' } }),
  ),
  'binding deleted': remove(rbac('rolebindings/b')),
  'cluster binding to role': post(
    '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings?dryRun=All',
    named('NS-x', { roleRef: { kind: 'Role', name: 'r' }, subjects: [{ kind: 'ServiceAccount', name: 's' }] }),
  ),
  'cluster role selectors': post(
    '/apis/rbac.authorization.k8s.io/v1/clusterroles?dryRun=All',
    named('NS-x', { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { 'a b': 'c' } }] } }),
  ),
  class: post(CLASSES, named('NS-c', { value: 5, description: 'x' })),
  'class changed': change(CLASSES + '/NS-c', { description: 'y', globalDefault: false }),
  'class other value': change(CLASSES + '/NS-c', { value: 6, preemptionPolicy: 'Never' }),
  'class too high': post(CLASSES + '?dryRun=All', named('NS-d', { value: 1_000_000_001 })),
  'class of system': post(CLASSES + '?dryRun=All', named('system-node-critical', { value: 1 })),
  'class deleted': remove(CLASSES + '/NS-c'),
  node: post(
    '/api/v1/nodes',
    named('NS-n', { spec: { podCIDRs: ['10.9.0.0/24'] }, status: { capacity: { cpu: '1' } } }),
  ),
  'node other range': change('/api/v1/nodes/NS-n', { spec: { podCIDR: '10.9.1.0/24', podCIDRs: ['10.9.1.0/24'] } }),
  'node provider': change('/api/v1/nodes/NS-n', { spec: { providerID: 'a' } }),
  'node other provider': change('/api/v1/nodes/NS-n', { spec: { providerID: 'b', externalID: 'c' } }),
  'node taints': change('/api/v1/nodes/NS-n', { spec: { taints: [{ key: 'a', effect: 'NoExecute', value: 'b c' }] } }),
  'node taint well': change('/api/v1/nodes/NS-n', { spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } }),
  'node status': change('/api/v1/nodes/NS-n/status', {
    status: { addresses: [{ type: 'Hostname', address: 'a' }], phase: 'Running' },
  }),
  'node capacity': change('/api/v1/nodes/NS-n/status', { status: { capacity: { pods: '0.5' } } }),
  'node deleted': remove('/api/v1/nodes/NS-n'),
  'namespace put': send('PUT', '/api/v1/namespaces/NS', { metadata: { name: 'NS', labels: { a: 'b' } } }),
  'namespace phase': change('/api/v1/namespaces/NS/status', { status: { phase: 'Terminating' } }),
  'namespace label': change('/api/v1/namespaces/NS', { metadata: { labels: { 'kubernetes.io/metadata.name': 'x' } } }),
  'namespace finalizers': send('PUT', '/api/v1/namespaces/NS/finalize', {
    metadata: { name: 'NS' },
    spec: { finalizers: ['a b', 'kubernetes'] },
  }),
};

/** What may change of an object of each kind but pods, what may not, and what a delete answers. */
export const changes: Scenario = { ...services, ...workloads, ...reports, ...settings };
