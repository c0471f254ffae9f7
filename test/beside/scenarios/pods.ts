import type { Scenario, Step } from '../step.ts';
import { podChanges } from './pod-changes.ts';
import { container, makePod } from './pod-steps.ts';

const pod = (spec: object, metadata: object = {}): Step =>
  makePod({ metadata: { name: 'x', ...metadata }, spec: { containers: [container], ...spec } }, '?dryRun=All');
const within = (fields: object, spec: object = {}): Step => pod({ containers: [{ ...container, ...fields }], ...spec });
const volume = (source: object): Step => pod({ volumes: [{ name: 'v', ...source }] });
const limits = (resources: object): Step => within({ resources });
const spread = (fields: object): Step =>
  pod({
    topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', ...fields }],
  });
const selector = { matchLabels: { a: 'b' } };
const near = (fields: object): Step =>
  pod({
    affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone', ...fields }] } },
  });
const nodes = (term: object): Step =>
  pod({
    affinity: {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } },
    },
  });
const security = (securityContext: object): Step => pod({ securityContext });
const projected = (...sources: readonly object[]): Step => volume({ projected: { sources } });
const probe = (fields: object): Step => within({ livenessProbe: fields });

/** What a pod may say, one thing a step, and what may change of it. */
export const pods: Scenario = {
  'name of a host': pod({}, { name: 'a.b' }),
  'name too long': pod({}, { name: 'x'.repeat(254) }),
  'deletion cost': pod({}, { annotations: { 'controller.kubernetes.io/pod-deletion-cost': 'x' } }),
  'mirror without a node': pod({}, { annotations: { 'kubernetes.io/config.mirror': 'x' } }),
  'two pull secrets': pod({ imagePullSecrets: [{ name: 'a' }, { name: 'a' }] }),
  'two host aliases': pod({ hostAliases: [{ ip: '1.1.1.1' }, { ip: '1.1.1.1' }] }),
  'old node label': pod({ nodeSelector: { 'beta.kubernetes.io/os': 'linux' } }),
  'odd addresses': pod({ dnsConfig: { nameservers: ['::FFFF:1.2.3.4'] }, hostAliases: [{ ip: '2001:DB8::1' }] }),
  'dns many': pod({ dnsConfig: { searches: Array.from({ length: 33 }, (_, index) => `a${index}`) } }),
  'dns long': pod({
    dnsConfig: { searches: Array.from({ length: 20 }, () => 'x'.repeat(63).concat('.', 'y'.repeat(60))) },
  }),
  'dns relaxed': pod({ dnsConfig: { searches: ['.', 'a_b.c.', '_tcp.d'] } }),
  'dns none without servers': pod({ dnsPolicy: 'None', dnsConfig: {} }),
  'toleration of a number': pod({ tolerations: [{ key: 'a', operator: 'Gt', value: '1' }] }),
  'toleration value': pod({ tolerations: [{ key: 'a', value: 'b c' }] }),
  'toleration key': pod({ tolerations: [{ key: 'a b', operator: 'Exists' }] }),
  'toleration unknown': pod({ tolerations: [{ key: 'a', operator: 'Near' }] }),
  'spread fine': spread({
    labelSelector: selector,
    minDomains: 2,
    nodeAffinityPolicy: 'Ignore',
    matchLabelKeys: ['c'],
  }),
  'spread keys': makePod(
    {
      metadata: { name: 'x', labels: { c: 'd' } },
      spec: {
        containers: [container],
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: 'zone',
            whenUnsatisfiable: 'DoNotSchedule',
            labelSelector: { matchLabels: { c: 'd' } },
            matchLabelKeys: ['c'],
          },
        ],
      },
    },
    '?dryRun=All',
  ),
  'spread policy': spread({ labelSelector: selector, nodeAffinityPolicy: 'Odd', nodeTaintsPolicy: 'Odd' }),
  'spread domains': spread({ labelSelector: selector, whenUnsatisfiable: 'ScheduleAnyway', minDomains: 0 }),
  'spread no selector': spread({ matchLabelKeys: ['c'] }),
  'spread bad selector': spread({ labelSelector: { matchExpressions: [{ key: 'a b', operator: 'In' }] } }),
  'spread nothing': pod({ topologySpreadConstraints: [{}] }),
  'near nothing': near({ topologyKey: undefined }),
  'near any': near({}),
  'near keys': near({ labelSelector: selector, matchLabelKeys: ['a b'], mismatchLabelKeys: ['c', 'c'] }),
  'near both keys': near({ labelSelector: selector, matchLabelKeys: ['c'], mismatchLabelKeys: ['c'] }),
  'near namespaces': near({
    labelSelector: selector,
    namespaces: ['A_'],
    namespaceSelector: { matchLabels: { 'a b': '' } },
  }),
  'nodes by field': nodes({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n'] }] }),
  'nodes by wrong field': nodes({ matchFields: [{ key: 'spec.x', operator: 'Exists' }] }),
  'nodes by two names': nodes({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a', 'B_'] }] }),
  'nodes by value': nodes({ matchExpressions: [{ key: 'a b', operator: 'Gt', values: ['x y', 'z'] }] }),
  'gates on a node': pod({ nodeName: 'n', schedulingGates: [{ name: 'a' }] }),
  'host users': pod({ hostUsers: false, hostNetwork: true, hostPID: true, hostIPC: true }),
  'host users with devices': within({ volumeDevices: [{ name: 'v', devicePath: '/d' }] }, { hostUsers: false }),
  'host name override': pod({ hostnameOverride: 'A_b', setHostnameAsFQDN: true, hostNetwork: true }),
  'host name too long': pod({ hostnameOverride: 'x'.repeat(65) }),
  'empty runtime class': pod({ runtimeClassName: '' }),
  'empty os': pod({ os: { name: '' } }),
  'linux with windows options': pod({ os: { name: 'linux' }, securityContext: { windowsOptions: {} } }),
  'windows with users': pod({
    os: { name: 'windows' },
    hostPID: true,
    shareProcessNamespace: true,
    securityContext: { runAsUser: 1, fsGroup: 1, seccompProfile: { type: 'Unconfined' } },
    containers: [{ ...container, securityContext: { privileged: true, capabilities: {} } }],
  }),
  'host process': security({ windowsOptions: { hostProcess: true } }),
  'windows names': security({
    windowsOptions: { gmsaCredentialSpecName: 'A_', gmsaCredentialSpec: '', runAsUserName: '' },
  }),
  'seccomp unknown': security({ seccompProfile: { type: 'Odd' } }),
  'seccomp empty': security({ seccompProfile: {} }),
  'seccomp file': security({ seccompProfile: { type: 'Localhost', localhostProfile: '/../x' } }),
  'seccomp file of none': security({ seccompProfile: { type: 'Unconfined', localhostProfile: 'x' } }),
  'app armor empty': security({ appArmorProfile: {} }),
  'app armor file': security({ appArmorProfile: { type: 'Localhost', localhostProfile: ' x' } }),
  'app armor file of none': security({ appArmorProfile: { type: 'RuntimeDefault', localhostProfile: 'x' } }),
  'change policies': security({
    fsGroupChangePolicy: 'Odd',
    supplementalGroupsPolicy: 'Odd',
    seLinuxChangePolicy: 'Odd',
  }),
  'sysctl of the host': pod({
    hostNetwork: true,
    hostIPC: true,
    securityContext: { sysctls: [{ name: 'net.a', value: '' }, { name: 'kernel.shmmax', value: '' }, { value: '' }] },
  }),
  'unmasked proc': within({ securityContext: { procMount: 'Unmasked' } }),
  'unmasked proc, own users': within({ securityContext: { procMount: 'Unmasked' } }, { hostUsers: false }),
  'all capabilities': within({
    securityContext: { allowPrivilegeEscalation: false, capabilities: { add: ['CAP_SYS_ADMIN'] } },
  }),
  'claims of the pod': pod({ resourceClaims: [{ name: 'A_' }, { name: 'a', resourceClaimName: 'B_' }, { name: '' }] }),
  'pod resources': pod({ resources: { requests: { disk: '1', cpu: '-1' } } }),
  'pod resources unsupported': pod({ resources: { limits: { 'ephemeral-storage': '1' } } }),
  'pod resources claims': pod({ resources: { claims: [{ name: 'a' }] } }),
  'pod resources too few': within({ resources: { requests: { cpu: '2' } } }, { resources: { requests: { cpu: '1' } } }),
  'pod resources too little': within({ resources: { limits: { cpu: '2' } } }, { resources: { limits: { cpu: '1' } } }),
  'pod resources fine': within(
    { resources: { requests: { cpu: '1' }, limits: { memory: '1Mi' } } },
    { resources: { limits: { cpu: '2', memory: '1Gi' } } },
  ),
  'limit less than request': limits({ requests: { cpu: '2' }, limits: { cpu: '1' } }),
  'limit negative': limits({ limits: { cpu: '-1' } }),
  'limit unnamed': limits({ limits: { 'odd name': '1' } }),
  'limit of part': limits({ limits: { 'example.com/gpu': '0.5' } }),
  'limit of own kind': limits({ limits: { 'requests.example.com/gpu': '1' } }),
  'limit of kubernetes': limits({ limits: { 'kubernetes.io/x': '1' } }),
  'limit of pods': limits({ limits: { pods: '1' } }),
  'request without limit': limits({ requests: { 'example.com/gpu': '1' } }),
  'request unlike limit': limits({ requests: { 'example.com/gpu': '1' }, limits: { 'example.com/gpu': '2' } }),
  'huge pages alone': limits({ limits: { 'hugepages-2Mi': '2Mi' } }),
  'huge pages with memory': limits({ limits: { 'hugepages-2Mi': '2Mi', memory: '1Gi' } }),
  'huge pages of no size': limits({ limits: { 'hugepages-x': '2Mi', memory: '1Gi' } }),
  'fraction of a byte': limits({ limits: { memory: '100m' } }),
  'no claims': limits({ claims: [{ name: '' }] }),
  'own claims': within(
    { resources: { claims: [{ name: 'a', request: 'B_' }, { name: 'a' }] } },
    { resourceClaims: [{ name: 'a', resourceClaimName: 'x' }] },
  ),
  'resize never': within(
    { resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }] },
    { restartPolicy: 'Never' },
  ),
  'resize twice': within({
    resizePolicy: [
      { resourceName: 'cpu', restartPolicy: 'NotRequired' },
      { resourceName: 'cpu', restartPolicy: '' },
    ],
  }),
  'restart rules': within({
    restartPolicy: 'Never',
    restartPolicyRules: [{ action: 'Odd' }, { action: 'Restart', exitCodes: { operator: 'Near', values: [1] } }],
  }),
  'restart rules alone': within({
    restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [1] } }],
  }),
  'restart unknown': within({ restartPolicy: 'Odd' }),
  'variables twice': within({
    env: [
      { name: 'A', value: '1' },
      { name: 'A', value: '2' },
    ],
  }),
  'variable of the field of another version': within({
    env: [{ name: 'A', valueFrom: { fieldRef: { apiVersion: 'v2', fieldPath: 'metadata.name' } } }],
  }),
  'variable of a subscript': within({
    env: [
      { name: 'A', valueFrom: { fieldRef: { fieldPath: "metadata.labels['a b']" } } },
      { name: 'B', valueFrom: { fieldRef: { fieldPath: "spec.x['a']" } } },
      { name: 'C', valueFrom: { fieldRef: { fieldPath: 'metadata.labels' } } },
      { name: 'D', valueFrom: { fieldRef: { fieldPath: 'spec.host' } } },
    ],
  }),
  'variable of a divisor': within({
    env: [
      { name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '3' } } },
      { name: 'B', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '3' } } },
      { name: 'C', valueFrom: { resourceFieldRef: { resource: '' } } },
    ],
  }),
  'variable of a key': within({
    env: [
      { name: 'A', valueFrom: { configMapKeyRef: { name: '', key: 'a b' } } },
      { name: 'B', valueFrom: { secretKeyRef: { name: 'A_', key: '' } } },
    ],
  }),
  'variable of a file': within({
    env: [{ name: 'A', valueFrom: { fileKeyRef: { volumeName: 'none', path: '../x', key: '' } } }],
  }),
  'ports of one name': within({ ports: [{ containerPort: 80 }, { containerPort: 80, hostPort: 81 }] }),
  'mounts of one path': within(
    {
      volumeMounts: [
        { name: 'v', mountPath: '/a' },
        { name: 'v', mountPath: '/a' },
      ],
    },
    { volumes: [{ name: 'v' }] },
  ),
  'mount of a broken volume': within(
    { volumeMounts: [{ name: 'v', mountPath: '/a' }] },
    { volumes: [{ name: 'v', secret: {} }] },
  ),
  'mount propagation': within(
    { volumeMounts: [{ name: 'v', mountPath: '/a', mountPropagation: 'Bidirectional', recursiveReadOnly: 'Enabled' }] },
    { volumes: [{ name: 'v' }] },
  ),
  'mount unknown': within(
    { volumeMounts: [{ name: 'v', mountPath: '/a', mountPropagation: 'Odd', recursiveReadOnly: 'Odd' }] },
    { volumes: [{ name: 'v' }] },
  ),
  'mount expression': within(
    { volumeMounts: [{ name: 'v', mountPath: '/a', subPath: '/x', subPathExpr: '..' }] },
    { volumes: [{ name: 'v' }] },
  ),
  'device of a directory': within(
    { volumeDevices: [{ name: 'v', devicePath: '/../a' }] },
    { volumes: [{ name: 'v' }] },
  ),
  'device and mount': within(
    { volumeDevices: [{ name: 'v', devicePath: '/a' }], volumeMounts: [{ name: 'v', mountPath: '/a' }] },
    { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }] },
  ),
  'probe of two': probe({ exec: {}, tcpSocket: { port: 1 }, grpc: { port: 1 } }),
  'probe often': probe({ exec: { command: ['x'] }, successThreshold: 2, terminationGracePeriodSeconds: 0 }),
  'probe of readiness': within({ readinessProbe: { exec: { command: ['x'] }, terminationGracePeriodSeconds: 1 } }),
  'hook sleeps long': within({ lifecycle: { preStop: { sleep: { seconds: 31 } } } }),
  'init of one name': pod({ initContainers: [{ name: 'c', image: '' }] }),
  'init with hooks': pod({
    initContainers: [
      {
        name: 'i',
        image: 'i',
        lifecycle: {},
        resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }],
      },
    ],
  }),
  'sidecar probes': pod({ initContainers: [{ name: 'i', image: 'i', restartPolicy: 'Always', livenessProbe: {} }] }),
  'volume git': volume({ gitRepo: { repository: '', directory: '/a' } }),
  'volume image': volume({ image: { reference: '', pullPolicy: 'Odd' } }),
  'volume ephemeral': volume({ ephemeral: {} }),
  'volume ephemeral empty': volume({ ephemeral: { volumeClaimTemplate: { spec: {} } } }),
  'volume ephemeral odd': volume({
    ephemeral: {
      volumeClaimTemplate: {
        spec: {
          accessModes: ['ReadWriteOncePod', 'ReadWriteOnce', 'Odd'],
          resources: { requests: { storage: '0' } },
          storageClassName: 'A_',
          volumeMode: 'Odd',
        },
      },
    },
  }),
  'volume csi': volume({ csi: { driver: 'A_', nodePublishSecretRef: {} } }),
  'volume fc': volume({ fc: {} }),
  'volume fc without lun': volume({ fc: { targetWWNs: ['a'], wwids: ['b'] } }),
  'volume gce': volume({ gcePersistentDisk: { pdName: '', partition: 300 } }),
  'volume aws': volume({ awsElasticBlockStore: { volumeID: '', partition: -1 } }),
  'volume iscsi': volume({ iscsi: { targetPortal: '', iqn: 'x', lun: 300, chapAuthSession: true } }),
  'volume rbd': volume({ rbd: { monitors: [], image: '' } }),
  'volume cephfs': volume({ cephfs: { monitors: [] } }),
  'volume glusterfs': volume({ glusterfs: { endpoints: '', path: '' } }),
  'volume flocker': volume({ flocker: {} }),
  'volume quobyte': volume({ quobyte: { registry: 'x', volume: '' } }),
  'volume azure': volume({ azureDisk: { diskName: '', diskURI: 'x', kind: 'Odd' } }),
  'volume azure file': volume({ azureFile: { secretName: '', shareName: '' } }),
  'volume vsphere': volume({ vsphereVolume: { volumePath: '' } }),
  'volume portworx': volume({ portworxVolume: { volumeID: '' } }),
  'volume scale': volume({ scaleIO: { gateway: '', system: '', secretRef: {} } }),
  'volume storage': volume({ storageos: {} }),
  'volume flex': volume({ flexVolume: { driver: '' } }),
  'volume two and broken': volume({ emptyDir: {}, secret: { items: [{ key: '' }] } }),
  'volume of reserved path': volume({ configMap: { name: 'A_', items: [{ key: 'a', path: '..a' }] } }),
  'volume downward both': volume({
    downwardAPI: {
      items: [
        {
          path: '/a',
          mode: 512,
          fieldRef: { fieldPath: 'metadata.name' },
          resourceFieldRef: { resource: 'limits.cpu' },
        },
        { path: 'b', resourceFieldRef: { resource: 'limits.cpu' } },
      ],
    },
  }),
  'projected nothing': projected({}),
  'projected bundles': projected(
    { clusterTrustBundle: { path: 'a' } },
    { clusterTrustBundle: { name: 'a', signerName: 'b', path: 'a' } },
  ),
  'projected token': projected({ serviceAccountToken: { path: '../a', expirationSeconds: 5_000_000_000 } }),
  'projected certificate': projected({
    podCertificate: { signerName: 'example.com/a', keyType: 'Odd', maxExpirationSeconds: 5 },
  }),
  'projected paths': projected(
    { downwardAPI: { items: [{ path: 'a', fieldRef: { fieldPath: 'metadata.name' } }] } },
    { serviceAccountToken: { path: 'a' } },
    { podCertificate: { signerName: 'example.com/a', keyType: 'ED25519', credentialBundlePath: 'a' } },
  ),
  'paths in the way': pod({
    volumes: [
      { name: 'v', configMap: { name: 'm', items: ['a/', 'a/b', 'ab', 'a'].map(path => ({ key: 'k', path })) } },
      { name: 's', secret: { secretName: 's', items: ['a', 'a'].map(path => ({ key: 'k', path })) } },
      {
        name: 'p',
        projected: {
          sources: [
            {},
            { secret: { name: 's', items: [{ key: 'k', path: 'a' }] } },
            { serviceAccountToken: { path: 'a/b' } },
          ],
        },
      },
    ],
  }),
  ...podChanges,
};
