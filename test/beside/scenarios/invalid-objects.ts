import { invalidPods } from './invalid-pods.ts';
import { post, type Scenario, type Step } from '../step.ts';

const named = (spec: unknown): unknown => ({ metadata: { name: 'x' }, spec });
const service = (spec: object): Step =>
  post('/api/v1/namespaces/NS/services', named({ ports: [{ port: 80 }], ...spec }));
const labels = { app: 'x' };
const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } };
const deployment = (spec: object): Step =>
  post('/apis/apps/v1/namespaces/NS/deployments', named({ selector: { matchLabels: labels }, template, ...spec }));
const rbac = (plural: string, body: unknown): Step =>
  post(`/apis/rbac.authorization.k8s.io/v1/namespaces/NS/${plural}`, body);

/** What validation refuses, with every word of it. */
export const invalidObjects: Scenario = {
  ...invalidPods,
  'service no ports': service({ ports: [] }),
  'service bad port': service({ ports: [{ port: 0 }, { port: 70_000, targetPort: 0, protocol: 'ICMP' }] }),
  'service unnamed ports': service({ ports: [{ port: 80 }, { port: 81 }] }),
  'service twice': service({
    ports: [
      { port: 80, name: 'a' },
      { port: 80, name: 'b' },
    ],
  }),
  'service bad type': service({ type: 'Odd' }),
  'service bad address': service({ clusterIP: 'x' }),
  'service address outside': service({ clusterIP: '192.0.2.1' }),
  'service bad node port': service({ type: 'NodePort', ports: [{ port: 80, nodePort: 5 }] }),
  'service node port of cluster': service({ ports: [{ port: 80, nodePort: 30_500 }] }),
  'service no external name': service({ type: 'ExternalName' }),
  'service bad external name': service({ type: 'ExternalName', externalName: 'A_b' }),
  'service bad affinity': service({ sessionAffinity: 'Odd' }),
  'service bad affinity time': service({
    sessionAffinity: 'ClientIP',
    sessionAffinityConfig: { clientIP: { timeoutSeconds: 0 } },
  }),
  'service bad selector': service({ selector: { 'a b': '' } }),
  'service bad external addresses': service({ externalIPs: ['x', '127.0.0.1'] }),
  'service external traffic of cluster': service({ externalTrafficPolicy: 'Local' }),
  'service bad internal traffic': service({ internalTrafficPolicy: 'Odd' }),
  'service bad ranges': service({ type: 'LoadBalancer', loadBalancerSourceRanges: ['x'] }),
  'service ranges of cluster': service({ loadBalancerSourceRanges: ['10.0.0.0/8'] }),
  'service two families': service({ ipFamilies: ['IPv4', 'IPv4'], ipFamilyPolicy: 'SingleStack' }),
  'service sixth family': service({ ipFamilies: ['IPv6'] }),
  'service bad name': post('/api/v1/namespaces/NS/services', {
    metadata: { name: '1x' },
    spec: { ports: [{ port: 80 }] },
  }),
  'service target name': service({ ports: [{ port: 80, targetPort: 'A_b' }] }),
  'deployment no selector': deployment({ selector: undefined }),
  'deployment empty selector': deployment({ selector: {} }),
  'deployment other labels': deployment({ selector: { matchLabels: { b: 'c' } } }),
  'deployment bad selector': deployment({
    selector: {
      matchExpressions: [
        { key: 'a', operator: 'Near' },
        { key: '', operator: 'In' },
      ],
    },
  }),
  'deployment negative': deployment({
    replicas: -1,
    minReadySeconds: -1,
    revisionHistoryLimit: -1,
    progressDeadlineSeconds: 0,
  }),
  'deployment bad strategy': deployment({ strategy: { type: 'Odd' } }),
  'deployment both strategies': deployment({ strategy: { type: 'Recreate', rollingUpdate: {} } }),
  'deployment bad rolling': deployment({ strategy: { rollingUpdate: { maxSurge: '120x', maxUnavailable: '-5%' } } }),
  'deployment no moves': deployment({ strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }),
  'deployment restart policy': deployment({
    template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } },
  }),
  'deployment deadline': deployment({
    template: { ...template, spec: { ...template.spec, activeDeadlineSeconds: 5 } },
  }),
  'deployment nothing': post('/apis/apps/v1/namespaces/NS/deployments', { metadata: { name: 'x' } }),
  'replica set nothing': post('/apis/apps/v1/namespaces/NS/replicasets', { metadata: { name: 'x' } }),
  'controller nothing': post('/api/v1/namespaces/NS/replicationcontrollers', { metadata: { name: 'x' } }),
  'endpoints bad': post('/api/v1/namespaces/NS/endpoints', {
    metadata: { name: 'x' },
    subsets: [{}, { addresses: [{ ip: 'x' }, { ip: '127.0.0.1' }], ports: [{ port: 0 }] }],
  }),
  'slice bad': post('/apis/discovery.k8s.io/v1/namespaces/NS/endpointslices', {
    metadata: { name: 'x' },
    addressType: 'Odd',
    endpoints: [{ addresses: [] }],
    ports: [{ port: 0 }, { name: 'A_' }],
  }),
  'slice wrong family': post('/apis/discovery.k8s.io/v1/namespaces/NS/endpointslices', {
    metadata: { name: 'x' },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['::1', '10.0.0.1', '127.0.0.1'] }],
  }),
  'slice no type': post('/apis/discovery.k8s.io/v1/namespaces/NS/endpointslices', {
    metadata: { name: 'x' },
    endpoints: [],
  }),
  'secret docker': post('/api/v1/namespaces/NS/secrets', {
    metadata: { name: 'x' },
    type: 'kubernetes.io/dockerconfigjson',
    stringData: { a: 'b' },
  }),
  'secret docker no JSON': post('/api/v1/namespaces/NS/secrets', {
    metadata: { name: 'x' },
    type: 'kubernetes.io/dockerconfigjson',
    stringData: { '.dockerconfigjson': 'x' },
  }),
  'secret basic': post('/api/v1/namespaces/NS/secrets', { metadata: { name: 'x' }, type: 'kubernetes.io/basic-auth' }),
  'secret ssh': post('/api/v1/namespaces/NS/secrets', { metadata: { name: 'x' }, type: 'kubernetes.io/ssh-auth' }),
  'secret tls': post('/api/v1/namespaces/NS/secrets', { metadata: { name: 'x' }, type: 'kubernetes.io/tls' }),
  'secret token': post('/api/v1/namespaces/NS/secrets', {
    metadata: { name: 'x' },
    type: 'kubernetes.io/service-account-token',
  }),
  'secret too large': post('/api/v1/namespaces/NS/secrets', {
    metadata: { name: 'x' },
    stringData: { a: 'x'.repeat(1_048_577) },
  }),
  'role bad': rbac('roles', {
    metadata: { name: 'x' },
    rules: [{}, { verbs: ['get'], nonResourceURLs: ['/x'] }, { verbs: ['get'] }, { verbs: ['get'], apiGroups: [''] }],
  }),
  'binding nothing': rbac('rolebindings', { metadata: { name: 'x' } }),
  'binding bad': rbac('rolebindings', {
    metadata: { name: 'x' },
    roleRef: { kind: 'Chair', name: '' },
    subjects: [
      {},
      { kind: 'User' },
      { kind: 'ServiceAccount', name: 'A_', apiGroup: 'x' },
      { kind: 'Chair', name: 'x' },
    ],
  }),
  'cluster role bad': post('/apis/rbac.authorization.k8s.io/v1/clusterroles', {
    metadata: { name: 'x' },
    rules: [{ verbs: ['get'], nonResourceURLs: ['/x'], resources: ['pods'] }],
    aggregationRule: {},
  }),
  'priority class bad': post('/apis/scheduling.k8s.io/v1/priorityclasses', {
    metadata: { name: 'system-x' },
    value: 2_000_000_000,
    preemptionPolicy: 'Odd',
  }),
  'node bad': post('/api/v1/nodes', {
    metadata: { name: 'N_' },
    spec: {
      podCIDR: 'x',
      taints: [
        { key: '', effect: 'Odd' },
        { key: 'a', effect: 'NoSchedule' },
        { key: 'a', effect: 'NoSchedule' },
      ],
    },
  }),
  'namespace bad': post('/api/v1/namespaces', { metadata: { name: 'a.b' } }),
  'namespace long': post('/api/v1/namespaces', { metadata: { name: 'a'.repeat(64) } }),
  'lease bad': post(
    '/apis/coordination.k8s.io/v1/namespaces/NS/leases',
    named({ leaseDurationSeconds: 0, leaseTransitions: -1 }),
  ),
  'lease bad time': post('/apis/coordination.k8s.io/v1/namespaces/NS/leases', named({ renewTime: 'yesterday' })),
  'event other namespace': post('/api/v1/namespaces/NS/events', {
    metadata: { name: 'x' },
    involvedObject: { namespace: 'other', kind: 'Pod' },
  }),
  'event of the new group bad': post('/apis/events.k8s.io/v1/namespaces/NS/events', {
    metadata: { name: 'x' },
    regarding: { namespace: 'NS' },
  }),
  'budget both': post(
    '/apis/policy/v1/namespaces/NS/poddisruptionbudgets',
    named({ minAvailable: 1, maxUnavailable: 1, selector: {} }),
  ),
  'budget bad': post(
    '/apis/policy/v1/namespaces/NS/poddisruptionbudgets',
    named({ minAvailable: '-1%', unhealthyPodEvictionPolicy: 'Odd' }),
  ),
  'account token bad': post('/api/v1/namespaces/NS/serviceaccounts/default/token', {
    spec: { expirationSeconds: 5_000_000_000, boundObjectRef: { kind: 'Chair', apiVersion: 'v1', name: 'x' } },
  }),
  'account token of absent': post('/api/v1/namespaces/NS/serviceaccounts/none/token', { spec: {} }),
  'account token of absent pod': post('/api/v1/namespaces/NS/serviceaccounts/default/token', {
    spec: { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'none' } },
  }),
  'binding of absent pod': post('/api/v1/namespaces/NS/pods/none/binding', { target: { name: 'n' } }),
  'binding without target': post('/api/v1/namespaces/NS/pods/none/binding', { metadata: { name: 'none' } }),
  'eviction of absent pod': post('/api/v1/namespaces/NS/pods/none/eviction', { metadata: { name: 'none' } }),
  'eviction of another': post('/api/v1/namespaces/NS/pods/none/eviction', { metadata: { name: 'other' } }),
};
