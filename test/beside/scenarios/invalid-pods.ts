import { post, type Scenario, type Step } from '../step.ts';

const pod = (spec: object): Step =>
  post('/api/v1/namespaces/NS/pods', {
    metadata: { name: 'x' },
    spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
  });
const container = (fields: object): Step => pod({ containers: [{ name: 'c', image: 'i', ...fields }] });
const volume = (source: object): Step => pod({ volumes: [{ name: 'v', ...source }] });

/** What validation refuses of pods, their containers and volumes. */
export const invalidPods: Scenario = {
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
};
