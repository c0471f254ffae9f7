import type { Scenario, Step } from '../step.ts';

const post = (path: string, body: unknown): Step => ({ method: 'POST', path, body });
const named = (spec: unknown): unknown => ({ metadata: { name: 'x' }, spec });
const pod = (spec: object): Step =>
  post('/api/v1/namespaces/NS/pods', named({ containers: [{ name: 'c', image: 'i' }], ...spec }));
const container = (fields: object): Step => pod({ containers: [{ name: 'c', image: 'i', ...fields }] });
const volume = (source: object): Step => pod({ volumes: [{ name: 'v', ...source }] });
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
  'pod empty': post('/api/v1/namespaces/NS/pods', { metadata: { name: 'x' } }),
  'pod no containers': pod({ containers: [] }),
  'pod two of a name': pod({
    containers: [
      { name: 'c', image: 'i' },
      { name: 'c', image: 'i' },
    ],
  }),
  'pod bad restart policy': pod({ restartPolicy: 'Sometimes' }),
  'pod bad dns policy': pod({ dnsPolicy: 'Odd' }),
  'pod dns none': pod({ dnsPolicy: 'None' }),
  'pod dns config': pod({
    dnsConfig: { nameservers: ['x', '1.1.1.1', '1.1.1.2', '1.1.1.3'], searches: ['a b'], options: [{ value: '1' }] },
  }),
  'pod bad grace': pod({ terminationGracePeriodSeconds: -1 }),
  'pod bad deadline': pod({ activeDeadlineSeconds: 0 }),
  'pod bad hostname': pod({ hostname: 'A_b', subdomain: 'c_d' }),
  'pod bad node selector': pod({ nodeSelector: { 'a b': 'c d' } }),
  'pod bad toleration': pod({
    tolerations: [
      { key: 'a', operator: 'Exists', value: 'x' },
      { operator: 'Equal' },
      { effect: 'Odd', tolerationSeconds: 1 },
    ],
  }),
  'pod bad host alias': pod({ hostAliases: [{ ip: 'x', hostnames: ['A_'] }] }),
  'pod bad affinity': pod({
    affinity: {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } },
      podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: '' }] },
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 101, podAffinityTerm: { topologyKey: 'a b' } }],
      },
    },
  }),
  'pod bad affinity operator': pod({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            {
              matchExpressions: [
                { key: 'a', operator: 'Near' },
                { key: 'b', operator: 'Exists', values: ['x'] },
                { key: 'c', operator: 'Gt', values: ['x'] },
                { key: 'd', operator: 'In' },
              ],
            },
          ],
        },
      },
    },
  }),
  'pod bad spread': pod({ topologySpreadConstraints: [{ maxSkew: 0, topologyKey: '', whenUnsatisfiable: 'Maybe' }] }),
  'pod bad sysctl': pod({
    securityContext: {
      sysctls: [
        { name: 'A b', value: '' },
        { name: 'net.ipv4.x', value: '' },
        { name: 'net.ipv4.x', value: '' },
      ],
    },
  }),
  'pod bad users': pod({ securityContext: { runAsUser: -1, runAsGroup: -2, fsGroup: -3, supplementalGroups: [-4] } }),
  'pod bad seccomp': pod({ securityContext: { seccompProfile: { type: 'Localhost' } } }),
  'pod bad pull secret': pod({ imagePullSecrets: [{ name: '' }] }),
  'pod bad account': pod({ serviceAccountName: 'A_b' }),
  'pod bad node name': pod({ nodeName: 'A_b' }),
  'pod bad scheduler': pod({ schedulerName: 'A_b' }),
  'pod bad priority': pod({ priorityClassName: 'none-such' }),
  'pod own priority': pod({ priority: 7 }),
  'pod bad preemption': pod({ preemptionPolicy: 'Odd' }),
  'pod bad runtime class': pod({ runtimeClassName: 'none-such' }),
  'pod bad overhead': pod({ overhead: { cpu: '-1' } }),
  'pod bad os': pod({ os: { name: 'plan9' } }),
  'pod bad gates': pod({ schedulingGates: [{ name: 'a' }, { name: 'a' }, { name: '' }] }),
  'pod bad readiness gate': pod({ readinessGates: [{ conditionType: 'a b' }] }),
  'pod host network port': pod({
    hostNetwork: true,
    containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 80, hostPort: 81 }] }],
  }),
  'pod host pid and share': pod({ hostPID: true, shareProcessNamespace: true }),
  'pod init probe': pod({ initContainers: [{ name: 'i', image: 'i', livenessProbe: { exec: { command: ['x'] } } }] }),
  'pod init restart': pod({ initContainers: [{ name: 'i', image: 'i', restartPolicy: 'OnFailure' }] }),
  'pod ephemeral': pod({ ephemeralContainers: [{ name: 'e', image: 'i' }] }),
  'pod bad labels': post('/api/v1/namespaces/NS/pods', {
    metadata: { name: 'x', labels: { a: 'b c' } },
    spec: { containers: [{ name: 'c', image: 'i' }] },
  }),
  'pod unreadable quantity': container({ resources: { requests: { cpu: 'lots' } } }),
  'pod wrong type': container({ ports: [{ containerPort: 'http' }] }),
  'pod fraction': container({ ports: [{ containerPort: 80.5 }] }),
  'container no image': pod({ containers: [{ name: 'c' }] }),
  'container no name': pod({ containers: [{ image: 'i' }] }),
  'container bad name': pod({ containers: [{ name: 'C_', image: 'i' }] }),
  'container image spaces': pod({ containers: [{ name: 'c', image: ' i ' }] }),
  'container bad pull policy': container({ imagePullPolicy: 'Rarely' }),
  'container bad ports': container({
    ports: [
      { containerPort: 0 },
      { containerPort: 70_000, protocol: 'ICMP' },
      { containerPort: 80, name: 'Too_Long_For_A_Port' },
      { containerPort: 81, hostPort: 70_000, hostIP: 'x' },
    ],
  }),
  'container ports twice': container({
    ports: [
      { containerPort: 80, name: 'a', hostPort: 1 },
      { containerPort: 81, name: 'a' },
      { containerPort: 82, hostPort: 1 },
    ],
  }),
  'container bad env': container({
    env: [
      { name: '' },
      { name: '1=2', value: 'x' },
      { name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'B', valueFrom: {} },
    ],
  }),
  'container bad field ref': container({
    env: [
      { name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.odd' } } },
      { name: 'B', valueFrom: { fieldRef: { fieldPath: '' } } },
      { name: 'C', valueFrom: { resourceFieldRef: { resource: 'limits.odd' } } },
    ],
  }),
  'container bad env from': container({
    envFrom: [
      {},
      { prefix: '1=', configMapRef: { name: 'A_' } },
      { configMapRef: { name: 'a' }, secretRef: { name: 'b' } },
    ],
  }),
  'container bad mounts': container({
    volumeMounts: [
      { name: '', mountPath: '' },
      { name: 'none', mountPath: '/a', subPath: '../b' },
    ],
  }),
  'container unknown resource': container({ resources: { requests: { something: '1' } } }),
  'container huge pages': container({ resources: { requests: { 'hugepages-2Mi': '1Mi' } } }),
  'container bad probe': container({
    livenessProbe: {},
    readinessProbe: { exec: { command: [] }, httpGet: { port: 80 } },
  }),
  'container bad probe numbers': container({
    livenessProbe: {
      tcpSocket: { port: 0 },
      periodSeconds: -1,
      timeoutSeconds: -1,
      successThreshold: 2,
      failureThreshold: -1,
      initialDelaySeconds: -1,
    },
  }),
  'container bad http probe': container({
    livenessProbe: { httpGet: { path: '', port: 'Bad_', scheme: 'FTP', httpHeaders: [{ name: 'a b' }] } },
  }),
  'container bad grpc probe': container({ livenessProbe: { grpc: { port: 0 } } }),
  'container bad hook': container({ lifecycle: { preStop: {}, postStart: { sleep: { seconds: -1 } } } }),
  'container bad security': container({
    securityContext: { privileged: true, allowPrivilegeEscalation: false, runAsUser: -1, procMount: 'Odd' },
  }),
  'container bad termination': container({ terminationMessagePolicy: 'Odd' }),
  'container claims none': container({ resources: { claims: [{ name: 'x' }] } }),
  'container resize policy': container({
    resizePolicy: [
      { resourceName: 'cpu', restartPolicy: 'Odd' },
      { resourceName: 'disk', restartPolicy: 'NotRequired' },
    ],
  }),
  'volume none': volume({}),
  'volume bad name': pod({
    volumes: [
      { name: 'A_', emptyDir: {} },
      { name: 'A_', emptyDir: {} },
    ],
  }),
  'volume two sources': volume({ emptyDir: {}, hostPath: { path: '/' } }),
  'volume bad empty dir': volume({ emptyDir: { sizeLimit: '-1' } }),
  'volume bad host path': volume({ hostPath: { path: '', type: 'Odd' } }),
  'volume backsteps': volume({ hostPath: { path: '/a/../b' } }),
  'volume bad secret': volume({
    secret: {
      defaultMode: 512,
      items: [
        { key: '', path: '/abs' },
        { key: 'a', path: '../b', mode: -1 },
      ],
    },
  }),
  'volume bad config map': volume({ configMap: { items: [{ key: 'a', path: '' }] } }),
  'volume bad downward': volume({
    downwardAPI: { items: [{ path: '', fieldRef: { fieldPath: 'spec.nodeName' } }, { path: 'a' }] },
  }),
  'volume bad projected': volume({
    projected: {
      sources: [
        {},
        { secret: { name: 'a' }, configMap: { name: 'b' } },
        { serviceAccountToken: { path: '', expirationSeconds: 5 } },
      ],
    },
  }),
  'volume projected conflict': volume({
    projected: {
      sources: [
        { secret: { name: 'a', items: [{ key: 'a', path: 'p' }] } },
        { configMap: { name: 'b', items: [{ key: 'a', path: 'p' }] } },
      ],
    },
  }),
  'volume bad claim': volume({ persistentVolumeClaim: { claimName: '' } }),
  'volume bad nfs': volume({ nfs: { server: '', path: 'a' } }),
  'volume bad csi': volume({ csi: { driver: '' } }),
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
