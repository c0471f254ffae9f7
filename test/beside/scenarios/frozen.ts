import { change, post, remove, type Scenario, type Step } from '../step.ts';

const core = (plural: string): string => `/api/v1/namespaces/NS/${plural}`;
const of = (group: string, plural: string): string => `/apis/${group}/v1/namespaces/NS/${plural}`;
const at = (group: string, plural: string): string => `/apis/${group}/v1/${plural}`;
const labels = { a: 'b' };
const container = { name: 'c', image: 'i' };
const template = { metadata: { labels }, spec: { containers: [container] } };
const selector = { matchLabels: labels };
const jobTemplate = { spec: { containers: [container], restartPolicy: 'Never' } };
const claimSpec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
const APPS = { spec: { selector, template } };
const other = { spec: { selector: { matchLabels: { a: 'c' } }, template: { metadata: { labels: { a: 'c' } } } } };

/** An object, and changes of it that are refused. */
const kind = (name: string, path: string, body: object, changes: Readonly<Record<string, object>>): Scenario => ({
  [name]: post(path, { ...body, metadata: { name: 'f-NS', ...(body as { metadata?: object }).metadata } }),
  ...Object.fromEntries(
    Object.entries(changes).map(([about, patch]): [string, Step] => [
      `${name}: ${about}`,
      change(`${path}/f-NS`, patch),
    ]),
  ),
  ...(path.includes('/namespaces/NS') ? {} : { [`${name} gone`]: remove(`${path}/f-NS`) }),
});
const pod = (name: string, spec: object, changes: Readonly<Record<string, object>>): Scenario =>
  Object.fromEntries(
    Object.entries(
      kind(
        name,
        core('pods'),
        { metadata: { name: `f-${name}` }, spec: { containers: [container], ...spec } },
        changes,
      ),
    ).map(([step, given]) => [step, { ...given, path: given.path.replace('f-NS', `f-${name}`) }]),
  );

/** What may not be changed once it is there, and how that is told. */
export const frozen: Scenario = {
  ...pod(
    'plain',
    { nodeSelector: { d: 'e' }, volumes: [{ name: 'v', emptyDir: {} }] },
    {
      hostname: { spec: { hostname: 'x' } },
      node: { spec: { nodeName: 'n' } },
      'restart policy': { spec: { restartPolicy: 'Never' } },
      'service account': { spec: { serviceAccountName: 'x' } },
      priority: { spec: { priority: 5 } },
      'node selector': { spec: { nodeSelector: { d: 'f', g: 'h' } } },
      'no node selector': { spec: { nodeSelector: null } },
      environment: { spec: { containers: [{ ...container, env: [{ name: 'A', value: '1' }] }] } },
      command: { spec: { containers: [{ ...container, command: ['sh', '-c'], args: ['x'] }] } },
      resources: { spec: { containers: [{ ...container, resources: { limits: { cpu: '1500m', memory: '1Gi' } } }] } },
      ports: { spec: { containers: [{ ...container, ports: [{ containerPort: 80 }] }] } },
      probe: { spec: { containers: [{ ...container, livenessProbe: { httpGet: { port: 'x', path: '/' } } }] } },
      rights: { spec: { containers: [{ ...container, securityContext: { privileged: true } }] } },
      'another name': { spec: { containers: [{ name: 'd', image: 'i' }] } },
      'one more container': { spec: { containers: [container, { name: 'd', image: 'j' }] } },
      volumes: { spec: { volumes: [{ name: 'v', hostPath: { path: '/x' } }] } },
      'no volumes': { spec: { volumes: null } },
      'host network': { spec: { hostNetwork: true } },
      'users and groups': { spec: { securityContext: { runAsUser: 5, fsGroup: 6, supplementalGroups: [1, 2] } } },
      affinity: {
        spec: {
          affinity: {
            podAntiAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'k', labelSelector: selector }],
            },
          },
        },
      },
      aliases: { spec: { hostAliases: [{ ip: '1.2.3.4', hostnames: ['a', 'b'] }] } },
      spreading: {
        spec: { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'k', whenUnsatisfiable: 'DoNotSchedule' }] },
      },
      'grace time': { spec: { terminationGracePeriodSeconds: 5 } },
      'image and hostname': { spec: { hostname: 'x', containers: [{ name: 'c', image: 'j' }] } },
      'pull secrets': { spec: { imagePullSecrets: [{ name: 's' }] } },
      names: { spec: { dnsPolicy: 'Default', dnsConfig: { nameservers: ['1.2.3.4'] }, subdomain: 's' } },
      'runtime class': { spec: { runtimeClassName: 'x' } },
      overhead: { spec: { overhead: { cpu: '1' } } },
    },
  ),
  ...kind('deployment', of('apps', 'deployments'), APPS, {
    selector: other,
    'labels of its pods': { spec: { template: { metadata: { labels: { a: 'c' } } } } },
  }),
  ...kind('replica set', of('apps', 'replicasets'), APPS, { selector: other }),
  ...kind('daemon set', of('apps', 'daemonsets'), APPS, { selector: other }),
  ...kind(
    'stateful set',
    of('apps', 'statefulsets'),
    { spec: { ...APPS.spec, serviceName: 's', volumeClaimTemplates: [{ metadata: { name: 'd' }, spec: claimSpec }] } },
    {
      selector: other,
      service: { spec: { serviceName: 't' } },
      claims: {
        spec: {
          volumeClaimTemplates: [
            { metadata: { name: 'd' }, spec: { ...claimSpec, resources: { requests: { storage: '2Gi' } } } },
          ],
        },
      },
      policy: { spec: { podManagementPolicy: 'Parallel' } },
    },
  ),
  ...kind(
    'job',
    of('batch', 'jobs'),
    { spec: { template: jobTemplate } },
    {
      template: { spec: { template: { spec: { containers: [{ name: 'c', image: 'j' }] } } } },
      'restart policy': { spec: { template: { spec: { restartPolicy: 'OnFailure' } } } },
      selector: { spec: { selector: { matchLabels: { x: 'y' } } } },
      completions: { spec: { completions: 5 } },
      mode: { spec: { completionMode: 'Indexed' } },
    },
  ),
  ...kind(
    'claim',
    core('persistentvolumeclaims'),
    { spec: { ...claimSpec, storageClassName: 's' } },
    {
      modes: { spec: { accessModes: ['ReadWriteMany'] } },
      class: { spec: { storageClassName: 't' } },
      size: { spec: { resources: { requests: { storage: '2Gi' } } } },
      volume: { spec: { volumeName: 'v', volumeMode: 'Block' } },
    },
  ),
  ...kind(
    'volume',
    '/api/v1/persistentvolumes',
    { spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/x' } } },
    {
      source: { spec: { hostPath: { path: '/y' } } },
      'another source': { spec: { hostPath: null, nfs: { server: 's', path: '/x' } } },
      mode: { spec: { volumeMode: 'Block' } },
      affinity: {
        spec: {
          nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }] } },
        },
      },
    },
  ),
  ...kind(
    'service',
    core('services'),
    { spec: { ports: [{ port: 80 }] } },
    {
      address: { spec: { clusterIP: '10.43.200.1', clusterIPs: ['10.43.200.1'] } },
      'no address': { spec: { clusterIP: '' } },
      headless: { spec: { clusterIP: 'None', clusterIPs: ['None'] } },
      family: { spec: { ipFamilies: ['IPv6'] } },
      'class of balancers': { spec: { loadBalancerClass: 'a/b' } },
    },
  ),
  ...kind(
    'secret',
    core('secrets'),
    { data: { a: 'AA==' }, immutable: true },
    {
      data: { data: { a: 'AQ==' } },
      immutable: { immutable: false },
      type: { type: 'x' },
    },
  ),
  ...kind(
    'account',
    core('serviceaccounts'),
    {},
    { 'its name': { metadata: { name: 'x' } }, 'its namespace': { metadata: { namespace: 'x' } } },
  ),
  ...kind('endpoints', core('endpoints'), {}, { subsets: { subsets: [{ addresses: [{ ip: 'x' }] }] } }),
  ...kind(
    'slice',
    of('discovery.k8s.io', 'endpointslices'),
    { addressType: 'IPv4', endpoints: [] },
    { type: { addressType: 'IPv6' } },
  ),
  ...kind(
    'binding',
    of('rbac.authorization.k8s.io', 'rolebindings'),
    { roleRef: { kind: 'Role', name: 'r' } },
    { role: { roleRef: { name: 's' } } },
  ),
  ...kind(
    'cluster binding',
    at('rbac.authorization.k8s.io', 'clusterrolebindings'),
    { roleRef: { kind: 'ClusterRole', name: 'r' } },
    { role: { roleRef: { name: 's' } } },
  ),
  ...kind(
    'priority class',
    at('scheduling.k8s.io', 'priorityclasses'),
    { value: 5 },
    { value: { value: 6 }, preemption: { preemptionPolicy: 'Never' } },
  ),
  ...kind(
    'storage class',
    at('storage.k8s.io', 'storageclasses'),
    { provisioner: 'p' },
    {
      provisioner: { provisioner: 'q' },
      parameters: { parameters: { a: 'b' } },
      policy: { reclaimPolicy: 'Retain' },
      mode: { volumeBindingMode: 'WaitForFirstConsumer' },
    },
  ),
  ...kind('runtime class', at('node.k8s.io', 'runtimeclasses'), { handler: 'h' }, { handler: { handler: 'i' } }),
  ...kind(
    'budget',
    of('policy', 'poddisruptionbudgets'),
    { spec: { selector } },
    { selector: { spec: { selector: { matchLabels: { a: 'c' } } } } },
  ),
  ...kind(
    'ingress',
    of('networking.k8s.io', 'ingresses'),
    { spec: { rules: [{ host: 'a.b' }] } },
    { host: { spec: { rules: [{ host: 'A' }] } } },
  ),
  ...kind(
    'map',
    core('configmaps'),
    {},
    {
      uid: { metadata: { uid: 'x' } },
      created: { metadata: { creationTimestamp: '2020-01-01T00:00:00Z' } },
      deleted: { metadata: { deletionTimestamp: '2020-01-01T00:00:00Z' } },
      generation: { metadata: { generation: 9 } },
      'generated name': { metadata: { generateName: 'x' } },
      'its kind': { kind: 'Secret' },
      'its version': { apiVersion: 'v2' },
    },
  ),
  ...kind(
    'namespace',
    '/api/v1/namespaces',
    {},
    { finalizers: { spec: { finalizers: [] } }, status: { status: { phase: 'Terminating' } } },
  ),
  ...kind(
    'node',
    '/api/v1/nodes',
    { spec: { podCIDR: '10.1.0.0/24', podCIDRs: ['10.1.0.0/24'] } },
    {
      range: { spec: { podCIDR: '10.2.0.0/24', podCIDRs: ['10.2.0.0/24'] } },
      provider: { spec: { providerID: 'a://b' } },
      'another provider': { spec: { providerID: 'a://c' } },
      taints: { spec: { taints: [{ key: 'a', effect: 'Odd' }] } },
    },
  ),
};
