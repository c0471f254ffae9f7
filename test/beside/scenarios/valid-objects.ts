import { post, type Scenario, type Step } from '../step.ts';

const core = (plural: string, body: unknown): Step => post(`/api/v1/namespaces/NS/${plural}`, body);
const apps = (plural: string, body: unknown): Step => post(`/apis/apps/v1/namespaces/NS/${plural}`, body);
const rbac = (plural: string, body: unknown): Step =>
  post(`/apis/rbac.authorization.k8s.io/v1/namespaces/NS/${plural}`, body);
const labels = { app: 'web' };
const containers = [{ name: 'c', image: 'registry.example.com/i:1' }];
const template = { metadata: { labels }, spec: { containers } };
const named = (name: string, spec: unknown): unknown => ({ metadata: { name }, spec });
const probe = { httpGet: { path: '/', port: 80 } };

const fullPod = {
  nodeSelector: { disk: 'ssd' },
  hostAliases: [{ ip: '1.2.3.4', hostnames: ['a.example'] }],
  tolerations: [{ key: 'k', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 }],
  securityContext: { runAsUser: 1, fsGroup: 2, sysctls: [{ name: 'net.ipv4.tcp_syncookies', value: '1' }] },
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: labels } },
  ],
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] }],
      },
    },
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 1, podAffinityTerm: { topologyKey: 'host', labelSelector: { matchLabels: labels } } },
      ],
    },
  },
  initContainers: [
    { name: 'i', image: 'i' },
    { name: 's', image: 's:latest', restartPolicy: 'Always', startupProbe: probe },
  ],
  containers: [
    {
      name: 'c',
      image: 'i@sha256:0000000000000000000000000000000000000000000000000000000000000000',
      ports: [
        { containerPort: 80, name: 'http' },
        { containerPort: 53, protocol: 'UDP' },
      ],
      env: [
        { name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'B', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
        { name: 'C', valueFrom: { configMapKeyRef: { name: 'm', key: 'k', optional: true } } },
      ],
      envFrom: [{ prefix: 'P_', secretRef: { name: 's' } }],
      resources: { requests: { cpu: '0.1', memory: '1024Ki' }, limits: { cpu: '1000m', memory: '1Gi' } },
      livenessProbe: { ...probe, httpGet: { port: 'http', scheme: 'HTTPS', httpHeaders: [{ name: 'X', value: 'y' }] } },
      readinessProbe: { exec: { command: ['true'] } },
      startupProbe: { tcpSocket: { port: 80 } },
      lifecycle: { preStop: { sleep: { seconds: 1 } }, postStart: { exec: { command: ['x'] } } },
      volumeMounts: [
        { name: 'e', mountPath: '/e' },
        { name: 'p', mountPath: '/p', readOnly: true },
      ],
      securityContext: { capabilities: { add: ['NET_ADMIN'] }, seccompProfile: { type: 'RuntimeDefault' } },
    },
  ],
  volumes: [
    { name: 'e', emptyDir: {} },
    { name: 'm', configMap: { name: 'm', items: [{ key: 'k', path: 'p' }] } },
    { name: 's', secret: { secretName: 's' } },
    { name: 'h', hostPath: { path: '/h' } },
    { name: 'd', downwardAPI: { items: [{ path: 'l', fieldRef: { fieldPath: 'metadata.labels' } }] } },
    { name: 'p', projected: { sources: [{ serviceAccountToken: { path: 't' } }, { configMap: { name: 'm' } }] } },
    {
      name: 'x',
      ephemeral: {
        volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
      },
    },
  ],
};

/** An object of each kind, as little and as much as may be said: what comes back has the defaults. */
export const validObjects: Scenario = {
  pod: core('pods', named('pod', { containers })),
  'pod with tag latest': core('pods', named('latest', { containers: [{ name: 'c', image: 'busybox' }] })),
  'pod in full': core('pods', named('full', fullPod)),
  'pod on host network': core(
    'pods',
    named('host', { hostNetwork: true, containers: [{ ...containers[0], ports: [{ containerPort: 80 }] }] }),
  ),
  'pod with priority': core('pods', named('critical', { priorityClassName: 'system-node-critical', containers })),
  'pod of another account': core('pods', named('robot', { serviceAccountName: 'none', containers })),
  'pod without token': core('pods', named('tokenless', { automountServiceAccountToken: false, containers })),
  'pod windows': core('pods', named('windows', { os: { name: 'windows' }, containers })),
  'pod gated': core('pods', named('gated', { schedulingGates: [{ name: 'a.b/c' }], containers })),
  'pod resources': core('pods', named('sized', { resources: { limits: { cpu: '1' } }, containers })),
  'pod changed': {
    method: 'PATCH',
    path: '/api/v1/namespaces/NS/pods/pod',
    body: { spec: { activeDeadlineSeconds: 5 } },
  },
  'pod changed forbidden': {
    method: 'PATCH',
    path: '/api/v1/namespaces/NS/pods/pod',
    body: { spec: { hostname: 'x' } },
  },
  'pod status': {
    method: 'PATCH',
    path: '/api/v1/namespaces/NS/pods/pod/status',
    body: { status: { phase: 'Running', podIP: '10.0.0.1' } },
  },
  'pod bound': post('/api/v1/namespaces/NS/pods/gated/binding', {
    metadata: { name: 'gated' },
    target: { kind: 'Node', name: 'n' },
  }),
  'pod bound well': post('/api/v1/namespaces/NS/pods/latest/binding', {
    metadata: { name: 'latest' },
    target: { kind: 'Node', name: 'n' },
  }),
  'pod bound twice': post('/api/v1/namespaces/NS/pods/latest/binding', {
    metadata: { name: 'latest' },
    target: { kind: 'Node', name: 'm' },
  }),
  'pod evicted': post('/api/v1/namespaces/NS/pods/pod/eviction', { metadata: { name: 'pod' } }),
  'pod log without node': { method: 'GET', path: '/api/v1/namespaces/NS/pods/full/log' },
  'pod log of no container': { method: 'GET', path: '/api/v1/namespaces/NS/pods/full/log?container=none' },
  'pod log, bad lines': { method: 'GET', path: '/api/v1/namespaces/NS/pods/full/log?container=c&tailLines=-1' },
  'pod log, two since': {
    method: 'GET',
    path: '/api/v1/namespaces/NS/pods/full/log?container=c&sinceSeconds=1&sinceTime=2020-01-01T00:00:00Z',
  },
  'pod exec by GET': { method: 'GET', path: '/api/v1/namespaces/NS/pods/full/exec?command=x' },
  'pod deleted': { method: 'DELETE', path: '/api/v1/namespaces/NS/pods/full' },
  'bound pod deleted': { method: 'DELETE', path: '/api/v1/namespaces/NS/pods/latest' },
  'bound pod deleted at once': { method: 'DELETE', path: '/api/v1/namespaces/NS/pods/latest?gracePeriodSeconds=0' },
  service: core('services', named('cluster', { ports: [{ port: 80 }] })),
  'service node port': core(
    'services',
    named('node', { type: 'NodePort', selector: labels, ports: [{ port: 80, targetPort: 'http' }] }),
  ),
  'service headless': core(
    'services',
    named('headless', { clusterIP: 'None', selector: labels, ports: [{ port: 80, name: 'a' }] }),
  ),
  'service external name': core('services', named('external', { type: 'ExternalName', externalName: 'example.com' })),
  'service balancer': core(
    'services',
    named('balancer', { type: 'LoadBalancer', ports: [{ port: 80, protocol: 'UDP' }] }),
  ),
  'service affinity': core('services', named('sticky', { sessionAffinity: 'ClientIP', ports: [{ port: 80 }] })),
  'service local': core(
    'services',
    named('local', { type: 'LoadBalancer', externalTrafficPolicy: 'Local', ports: [{ port: 80 }] }),
  ),
  'service to external': {
    method: 'PATCH',
    path: '/api/v1/namespaces/NS/services/cluster',
    body: { spec: { type: 'ExternalName', externalName: 'a.b' } },
  },
  'service loses address': {
    method: 'PATCH',
    path: '/api/v1/namespaces/NS/services/node',
    body: { spec: { clusterIP: '10.0.0.9' } },
  },
  'service node to cluster': {
    method: 'PATCH',
    path: '/api/v1/namespaces/NS/services/node',
    body: { spec: { type: 'ClusterIP' } },
  },
  'service deleted': { method: 'DELETE', path: '/api/v1/namespaces/NS/services/node' },
  endpoints: core('endpoints', {
    metadata: { name: 'e' },
    subsets: [{ addresses: [{ ip: '10.1.0.2' }, { ip: '10.1.0.1' }], ports: [{ port: 80 }] }],
  }),
  'endpoint slice': post('/apis/discovery.k8s.io/v1/namespaces/NS/endpointslices', {
    metadata: { name: 'e' },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.1.0.1'] }],
    ports: [{ port: 80 }],
  }),
  secret: core('secrets', { metadata: { name: 's' }, stringData: { a: 'b' } }),
  'secret tls': core('secrets', {
    metadata: { name: 'tls' },
    type: 'kubernetes.io/tls',
    stringData: { 'tls.crt': '', 'tls.key': '' },
  }),
  'secret other type': { method: 'PATCH', path: '/api/v1/namespaces/NS/secrets/s', body: { type: 'x' } },
  'service account': core('serviceaccounts', { metadata: { name: 'robot' }, secrets: [{ name: 's' }] }),
  'service account token': post('/api/v1/namespaces/NS/serviceaccounts/robot/token', {
    spec: { expirationSeconds: 5 },
  }),
  event: core('events', {
    metadata: { name: 'e' },
    involvedObject: { kind: 'Pod', namespace: 'NS', name: 'pod' },
    reason: 'Because',
    type: 'Normal',
  }),
  'event of the new group': post('/apis/events.k8s.io/v1/namespaces/NS/events', {
    metadata: { name: 'f' },
    eventTime: '2026-01-01T00:00:00.000000Z',
    regarding: { kind: 'Pod', namespace: 'NS', name: 'pod' },
    reason: 'Because',
    action: 'Doing',
    type: 'Normal',
    reportingController: 'a.b/c',
    reportingInstance: 'i',
  }),
  lease: post(
    '/apis/coordination.k8s.io/v1/namespaces/NS/leases',
    named('l', { holderIdentity: 'me', leaseDurationSeconds: 5 }),
  ),
  'replication controller': core('replicationcontrollers', named('rc', { template })),
  'replica set': apps('replicasets', named('rs', { selector: { matchLabels: labels }, template })),
  deployment: apps('deployments', named('web', { selector: { matchLabels: labels }, template })),
  'deployment recreate': apps(
    'deployments',
    named('re', { strategy: { type: 'Recreate' }, selector: { matchLabels: labels }, template }),
  ),
  'deployment changed': {
    method: 'PATCH',
    path: '/apis/apps/v1/namespaces/NS/deployments/web',
    body: { spec: { replicas: 3, paused: true } },
  },
  'disruption budget': post(
    '/apis/policy/v1/namespaces/NS/poddisruptionbudgets',
    named('pdb', { minAvailable: '50%', selector: { matchLabels: labels } }),
  ),
  role: rbac('roles', { metadata: { name: 'r' }, rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] }),
  'role binding': rbac('rolebindings', {
    metadata: { name: 'r' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
    subjects: [
      { kind: 'User', name: 'u' },
      { kind: 'ServiceAccount', name: 'default' },
    ],
  }),
  'role binding to another role': {
    method: 'PATCH',
    path: '/apis/rbac.authorization.k8s.io/v1/namespaces/NS/rolebindings/r',
    body: { roleRef: { name: 's' } },
  },
  'priority class': post('/apis/scheduling.k8s.io/v1/priorityclasses?dryRun=All', {
    metadata: { name: 'p-NS' },
    value: 5,
  }),
  node: post('/api/v1/nodes?dryRun=All', { metadata: { name: 'n-NS' } }),
  'node in full': post('/api/v1/nodes?dryRun=All', {
    metadata: { name: 'm-NS' },
    spec: { podCIDR: '10.9.0.0/24', taints: [{ key: 'k', effect: 'NoSchedule' }], unschedulable: true },
  }),
  namespace: post('/api/v1/namespaces?dryRun=All', { metadata: { name: 'NS-x' } }),
  'namespace finalized': { method: 'GET', path: '/api/v1/namespaces/NS' },
  'cluster role': post('/apis/rbac.authorization.k8s.io/v1/clusterroles?dryRun=All', {
    metadata: { name: 'NS-x' },
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: labels }] },
  }),
};
