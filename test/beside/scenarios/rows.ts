import { change, post, remove, table, type Scenario } from '../step.ts';

const core = (plural: string): string => `/api/v1/namespaces/NS/${plural}`;
const of = (group: string, plural: string, version = 'v1'): string =>
  `/apis/${group}/${version}/namespaces/NS/${plural}`;
const at = (group: string, plural: string): string => `/apis/${group}/v1/${plural}`;
const PODS = core('pods');
const labels = { app: 'web', tier: 'x' };
const containers = [
  { name: 'c', image: 'i:1' },
  { name: 'd', image: 'j:2' },
];
const template = { metadata: { labels }, spec: { containers } };
const selector = { matchLabels: labels, matchExpressions: [{ key: 'tier', operator: 'In', values: ['x', 'y'] }] };
const OLD = '2020-01-01T00:00:00Z';
const state = (name: string, given: object, more: object = {}): object => ({
  name,
  image: 'i:1',
  imageID: '',
  ready: false,
  restartCount: 0,
  state: given,
  ...more,
});
const pod = (name: string, status: object, spec: object = {}, metadata: object = {}): Scenario => ({
  [`pod ${name}`]: post(PODS, { metadata: { name, ...metadata }, spec: { containers, ...spec } }),
  [`pod ${name} is so`]: change(`${PODS}/${name}/status`, { status }),
});
const init = {
  initContainers: [
    { name: 'i', image: 'i' },
    { name: 's', image: 's', restartPolicy: 'Always' },
  ],
};
const running = { running: { startedAt: OLD } };
const ended = (more: object): object => ({ terminated: { exitCode: 0, ...more } });
const ready = { type: 'Ready', status: 'True' };

const pods: Scenario = {
  ...pod('pending', { phase: 'Pending' }),
  ...pod('running', {
    phase: 'Running',
    conditions: [ready],
    podIP: '10.0.0.1',
    podIPs: [{ ip: '10.0.0.1' }],
    containerStatuses: [state('c', running, { ready: true }), state('d', running, { ready: true })],
  }),
  ...pod('crashing', {
    phase: 'Running',
    containerStatuses: [
      state(
        'c',
        { waiting: { reason: 'CrashLoopBackOff' } },
        { restartCount: 5, lastState: ended({ finishedAt: OLD, exitCode: 1 }) },
      ),
      state('d', running, { ready: true, restartCount: 2 }),
    ],
  }),
  ...pod('pulling', { phase: 'Pending', containerStatuses: [state('c', { waiting: { reason: 'ImagePullBackOff' } })] }),
  ...pod('creating', {
    phase: 'Pending',
    containerStatuses: [state('c', { waiting: { reason: 'ContainerCreating' } })],
  }),
  ...pod('failed', { phase: 'Failed', containerStatuses: [state('c', ended({ exitCode: 3, reason: 'Error' }))] }),
  ...pod('signalled', { phase: 'Failed', containerStatuses: [state('c', ended({ exitCode: 137, signal: 9 }))] }),
  ...pod('coded', { phase: 'Failed', containerStatuses: [state('c', ended({ exitCode: 2 }))] }),
  ...pod('evicted', { phase: 'Failed', reason: 'Evicted', message: 'm' }),
  ...pod('done', { phase: 'Succeeded', containerStatuses: [state('c', ended({ reason: 'Completed' }))] }),
  ...pod('half', {
    phase: 'Running',
    conditions: [ready],
    containerStatuses: [state('c', ended({ reason: 'Completed' })), state('d', running, { ready: true })],
  }),
  ...pod('unready', {
    phase: 'Running',
    containerStatuses: [state('c', ended({ reason: 'Completed' })), state('d', running, { ready: true })],
  }),
  ...pod(
    'starting',
    { phase: 'Pending', initContainerStatuses: [state('i', running), state('s', { waiting: {} })] },
    init,
  ),
  ...pod(
    'init-fails',
    {
      phase: 'Pending',
      initContainerStatuses: [state('i', ended({ exitCode: 1, reason: 'Error' }), { restartCount: 3 })],
    },
    init,
  ),
  ...pod(
    'init-waits',
    { phase: 'Pending', initContainerStatuses: [state('i', { waiting: { reason: 'CrashLoopBackOff' } })] },
    init,
  ),
  ...pod(
    'sidecar',
    {
      phase: 'Running',
      conditions: [ready],
      initContainerStatuses: [
        state('i', ended({ reason: 'Completed' })),
        state('s', running, { ready: true, started: true }),
      ],
      containerStatuses: [state('c', running, { ready: true }), state('d', running, { ready: true })],
    },
    init,
  ),
  ...pod('gated', {}, { schedulingGates: [{ name: 'a.b/c' }] }),
  ...pod(
    'nominated',
    { nominatedNodeName: 'n', conditions: [{ type: 'a.b/c', status: 'True' }] },
    { readinessGates: [{ conditionType: 'a.b/c' }, { conditionType: 'd' }] },
  ),
  ...pod('going', { phase: 'Running' }, {}, { finalizers: ['a.b/c'] }),
  ...pod('lost', { phase: 'Running', reason: 'NodeLost' }, {}, { finalizers: ['a.b/c'] }),
  'pod goes': remove(`${PODS}/going`),
  'pod gets lost': remove(`${PODS}/lost`),
  'rows of pods': table(PODS),
};

const SERVICES = core('services');
const service = (name: string, spec: object, metadata: object = {}): Scenario => ({
  [`service ${name}`]: post(SERVICES, { metadata: { name, ...metadata }, spec: { ports: [{ port: 80 }], ...spec } }),
  [`row of service ${name}`]: table(`${SERVICES}/${name}`),
});
const services: Scenario = {
  ...service('plain', { selector: { b: 'x', a: 'y' } }),
  ...service('outside', { externalIPs: ['1.2.3.4', '1.2.3.5'] }),
  ...service('balanced', { type: 'LoadBalancer', externalIPs: ['1.2.3.4'] }),
  'balanced at': change(`${SERVICES}/balanced/status`, {
    status: { loadBalancer: { ingress: [{ ip: '5.6.7.8' }, { hostname: 'a.example.com' }] } },
  }),
  'row of service balanced at': table(`${SERVICES}/balanced`),
  ...service('named', { type: 'ExternalName', externalName: 'a.example.com', ports: [] }),
  ...service('headless', {
    clusterIP: 'None',
    ports: [
      { port: 80, name: 'a' },
      { port: 81, name: 'b', protocol: 'UDP' },
    ],
  }),
};

const kind = (name: string, path: string, body: object, status?: object): Scenario => ({
  [name]: post(path, { ...body, metadata: { name: 'r-NS', ...(body as { metadata?: object }).metadata } }),
  ...(status === undefined ? {} : { [`status of ${name}`]: change(`${path}/r-NS/status`, { status }) }),
  [`row of ${name}`]: table(`${path}/r-NS`),
  ...(path.includes('/namespaces/NS') ? {} : { [`end of ${name}`]: remove(`${path}/r-NS`) }),
});
const condition = (type: string, status = 'True'): object => ({ type, status, reason: 'R', message: 'M' });
const kinds: Scenario = {
  ...kind(
    'node',
    '/api/v1/nodes',
    {
      metadata: { name: 'r-NS', labels: { 'node-role.kubernetes.io/control-plane': '', 'kubernetes.io/role': 'x' } },
      spec: { unschedulable: true },
    },
    {
      conditions: [condition('Ready', 'Unknown')],
      addresses: [
        { type: 'InternalIP', address: '10.0.0.1' },
        { type: 'ExternalIP', address: '1.2.3.4' },
      ],
      nodeInfo: { kubeletVersion: 'v1.2.3', osImage: 'os', kernelVersion: 'k', containerRuntimeVersion: 'c://1' },
    },
  ),
  ...kind('bare node', '/api/v1/nodes', {}),
  ...kind(
    'deployment',
    of('apps', 'deployments'),
    { spec: { replicas: 3, selector, template } },
    { replicas: 3, updatedReplicas: 2, readyReplicas: 1, availableReplicas: 1 },
  ),
  ...kind(
    'replica set',
    of('apps', 'replicasets'),
    { spec: { replicas: 3, selector, template } },
    { replicas: 3, readyReplicas: 1 },
  ),
  ...kind(
    'daemon set',
    of('apps', 'daemonsets'),
    { spec: { selector, template: { ...template, spec: { ...template.spec, nodeSelector: { b: 'c', a: 'd' } } } } },
    {
      desiredNumberScheduled: 3,
      currentNumberScheduled: 3,
      numberReady: 2,
      updatedNumberScheduled: 1,
      numberAvailable: 1,
      numberMisscheduled: 0,
    },
  ),
  ...kind(
    'stateful set',
    of('apps', 'statefulsets'),
    { spec: { replicas: 2, selector, template } },
    { replicas: 2, readyReplicas: 1 },
  ),
  ...kind(
    'controller',
    core('replicationcontrollers'),
    { spec: { replicas: 2, selector: labels, template } },
    { replicas: 2, readyReplicas: 1 },
  ),
  ...kind(
    'job',
    of('batch', 'jobs'),
    { spec: { completions: 3, parallelism: 2, template: { spec: { ...template.spec, restartPolicy: 'Never' } } } },
    { active: 2, succeeded: 1, startTime: OLD },
  ),
  ...kind(
    'cron job',
    of('batch', 'cronjobs'),
    {
      spec: {
        schedule: '@daily',
        timeZone: 'Etc/UTC',
        suspend: true,
        jobTemplate: { spec: { template: { spec: { ...template.spec, restartPolicy: 'Never' } } } },
      },
    },
    { active: [{ name: 'a' }], lastScheduleTime: OLD },
  ),
  ...kind(
    'claim',
    core('persistentvolumeclaims'),
    {
      spec: {
        accessModes: ['ReadWriteOnce', 'ReadOnlyMany'],
        volumeName: 'v',
        storageClassName: 's',
        resources: { requests: { storage: '1Gi' } },
      },
    },
    { phase: 'Bound', capacity: { storage: '2Gi' }, accessModes: ['ReadWriteOnce'] },
  ),
  ...kind(
    'volume',
    '/api/v1/persistentvolumes',
    {
      spec: {
        accessModes: ['ReadWriteOnce', 'ReadWriteMany', 'ReadOnlyMany'],
        capacity: { storage: '1Gi' },
        hostPath: { path: '/x' },
        storageClassName: 's',
        claimRef: { namespace: 'n', name: 'c' },
      },
    },
    { phase: 'Released', reason: 'R' },
  ),
  ...kind('storage class', at('storage.k8s.io', 'storageclasses'), {
    metadata: { name: 'r-NS', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner: 'p',
  }),
  ...kind(
    'ingress',
    of('networking.k8s.io', 'ingresses'),
    {
      spec: {
        tls: [{ hosts: ['a.b'] }],
        rules: ['a.b', 'c.d', 'e.f', 'g.h'].map(host => ({ host })),
        ingressClassName: 'c',
      },
    },
    { loadBalancer: { ingress: [{ ip: '1.2.3.4' }, { hostname: 'a.example.com' }] } },
  ),
  ...kind('ingress class', at('networking.k8s.io', 'ingressclasses'), {
    spec: { controller: 'a.b/c', parameters: { apiGroup: 'x.y', kind: 'K', name: 'n' } },
  }),
  ...kind('network policy', of('networking.k8s.io', 'networkpolicies'), { spec: { podSelector: selector } }),
  ...kind(
    'autoscaler',
    of('autoscaling', 'horizontalpodautoscalers', 'v2'),
    {
      spec: {
        scaleTargetRef: { kind: 'Deployment', name: 'd', apiVersion: 'apps/v1' },
        minReplicas: 2,
        maxReplicas: 9,
        metrics: ['cpu', 'memory', 'a.b/c'].map(name => ({
          type: 'Resource',
          resource: { name, target: { type: 'Utilization', averageUtilization: 50 } },
        })),
      },
    },
    {
      currentReplicas: 3,
      desiredReplicas: 4,
      currentMetrics: [
        { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 9, averageValue: '1' } } },
      ],
    },
  ),
  ...kind(
    'budget',
    of('policy', 'poddisruptionbudgets'),
    { spec: { maxUnavailable: '10%', selector } },
    { disruptionsAllowed: 2, currentHealthy: 3, desiredHealthy: 1, expectedPods: 3 },
  ),
  ...kind(
    'quota',
    core('resourcequotas'),
    { spec: { hard: { pods: '5', 'limits.cpu': '2', 'requests.cpu': '1' } } },
    {
      hard: { pods: '5', 'limits.cpu': '2', 'requests.cpu': '1' },
      used: { pods: '1', 'limits.cpu': '0', 'requests.cpu': '500m' },
    },
  ),
  ...kind('limits', core('limitranges'), { spec: { limits: [{ type: 'Pod', max: { cpu: '1' } }] } }),
  ...kind('account', core('serviceaccounts'), { secrets: [{ name: 'a' }, { name: 'b' }] }),
  ...kind('secret', core('secrets'), { stringData: { a: 'b', c: 'd' }, type: 'a/b' }),
  ...kind('map', core('configmaps'), { data: { a: 'b' }, binaryData: { c: 'AA==' } }),
  ...kind('endpoints', core('endpoints'), {
    subsets: [
      {
        addresses: ['1.2.3.4', '1.2.3.5', '1.2.3.6', '1.2.3.7'].map(ip => ({ ip })),
        ports: [
          { port: 1, name: 'a' },
          { port: 2, name: 'b' },
        ],
      },
    ],
  }),
  ...kind('slice', of('discovery.k8s.io', 'endpointslices'), {
    addressType: 'IPv4',
    endpoints: ['1.2.3.4', '1.2.3.5', '1.2.3.6', '1.2.3.7'].map(ip => ({ addresses: [ip] })),
    ports: [
      { port: 1, name: 'a' },
      { port: 2, name: 'b' },
    ],
  }),
  ...kind('event', core('events'), {
    involvedObject: { kind: 'Pod', name: 'p', namespace: 'NS', fieldPath: 'spec.containers{c}' },
    reason: 'R',
    message: 'M\nN ',
    type: 'Warning',
    count: 3,
    firstTimestamp: OLD,
    lastTimestamp: OLD,
    source: { component: 'kubelet', host: 'h' },
  }),
  ...kind('lease', of('coordination.k8s.io', 'leases'), { spec: { holderIdentity: 'me' } }),
  ...kind('role', of('rbac.authorization.k8s.io', 'roles'), {}),
  ...kind('role binding', of('rbac.authorization.k8s.io', 'rolebindings'), {
    roleRef: { kind: 'Role', name: 'r' },
    subjects: [
      { kind: 'User', name: 'u' },
      { kind: 'Group', name: 'g' },
      { kind: 'ServiceAccount', name: 's', namespace: 'n' },
    ],
  }),
  ...kind('priority class', at('scheduling.k8s.io', 'priorityclasses'), {
    value: 5,
    globalDefault: false,
    description: 'd',
  }),
  ...kind('runtime class', at('node.k8s.io', 'runtimeclasses'), { handler: 'h' }),
  ...kind('CSI driver', at('storage.k8s.io', 'csidrivers'), {
    spec: { tokenRequests: [{ audience: 'a' }], volumeLifecycleModes: ['Ephemeral'] },
  }),
  ...kind(
    'attachment',
    at('storage.k8s.io', 'volumeattachments'),
    { spec: { attacher: 'a', nodeName: 'n', source: { persistentVolumeName: 'v' } } },
    { attached: true },
  ),
  ...kind('flow schema', at('flowcontrol.apiserver.k8s.io', 'flowschemas'), {
    spec: { priorityLevelConfiguration: { name: 'p' } },
  }),
  ...kind('priority level', at('flowcontrol.apiserver.k8s.io', 'prioritylevelconfigurations'), {
    spec: { type: 'Limited', limited: { limitResponse: { type: 'Queue' } } },
  }),
  ...kind('webhook', at('admissionregistration.k8s.io', 'validatingwebhookconfigurations'), { webhooks: [] }),
};

/** What is printed of objects in all states: every column, wide ones too. */
export const rows: Scenario = { ...pods, ...services, ...kinds };
