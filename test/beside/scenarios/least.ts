import { dry, type Scenario } from '../step.ts';

const labels = { a: 'b' };
const containers = [{ name: 'c', image: 'i' }];
const template = { metadata: { labels }, spec: { containers } };
const jobSpec = { template: { spec: { containers, restartPolicy: 'Never' } } };
const selector = { matchLabels: labels };
const core = '/api/v1/namespaces/NS';
const of = (group: string, version = 'v1'): string => `/apis/${group}/${version}/namespaces/NS`;
const at = (group: string, version = 'v1'): string => `/apis/${group}/${version}`;
const webhook = {
  name: 'a.b.c',
  clientConfig: { url: 'https://a.b/c' },
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
};
const pod = (spec: object): object => ({ spec: { containers, ...spec } });
const container = (fields: object): object => pod({ containers: [{ ...containers[0], ...fields }] });
const volume = (source: object): object => pod({ volumes: [{ name: 'v', ...source }] });

const LEAST: Readonly<Record<string, readonly [string, object]>> = {
  pod: [`${core}/pods`, pod({})],
  'pod template': [`${core}/podtemplates`, { template }],
  'replication controller': [`${core}/replicationcontrollers`, { spec: { template } }],
  service: [`${core}/services`, { spec: { ports: [{ port: 1 }] } }],
  'service of two families': [
    `${core}/services`,
    { spec: { ports: [{ port: 1 }], ipFamilyPolicy: 'PreferDualStack' } },
  ],
  'config map': [`${core}/configmaps`, {}],
  secret: [`${core}/secrets`, {}],
  'service account': [`${core}/serviceaccounts`, {}],
  endpoints: [`${core}/endpoints`, { subsets: [{ addresses: [{ ip: '1.2.3.4' }], ports: [{ port: 1 }] }] }],
  event: [`${core}/events`, { involvedObject: { namespace: 'NS' } }],
  'limit range': [
    `${core}/limitranges`,
    { spec: { limits: [{ type: 'Container', max: { cpu: '1' }, min: { memory: '1' } }] } },
  ],
  quota: [`${core}/resourcequotas`, { spec: { hard: { pods: '1.5', cpu: '1000m' } } }],
  claim: [
    `${core}/persistentvolumeclaims`,
    { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1024Mi' } } } },
  ],
  volume: [
    '/api/v1/persistentvolumes',
    { spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/x' } } },
  ],
  namespace: ['/api/v1/namespaces', {}],
  node: ['/api/v1/nodes', {}],
  'node with a status': [
    '/api/v1/nodes',
    { status: { conditions: [{ type: 'Ready', status: 'True' }], capacity: { cpu: '1' } } },
  ],
  deployment: [`${of('apps')}/deployments`, { spec: { selector, template } }],
  'replica set': [`${of('apps')}/replicasets`, { spec: { selector, template } }],
  'daemon set': [`${of('apps')}/daemonsets`, { spec: { selector, template } }],
  'stateful set': [`${of('apps')}/statefulsets`, { spec: { selector, template } }],
  revision: [`${of('apps')}/controllerrevisions`, { data: {}, revision: 0 }],
  job: [`${of('batch')}/jobs`, { spec: jobSpec }],
  'cron job': [`${of('batch')}/cronjobs`, { spec: { schedule: '@daily', jobTemplate: { spec: jobSpec } } }],
  autoscaler: [
    `${of('autoscaling', 'v2')}/horizontalpodautoscalers`,
    { spec: { scaleTargetRef: { kind: 'Deployment', name: 'x', apiVersion: 'apps/v1' }, maxReplicas: 1 } },
  ],
  budget: [`${of('policy')}/poddisruptionbudgets`, {}],
  ingress: [
    `${of('networking.k8s.io')}/ingresses`,
    { spec: { defaultBackend: { service: { name: 's', port: { number: 1 } } } } },
  ],
  'ingress class': [`${at('networking.k8s.io')}/ingressclasses`, { spec: { controller: 'a.b/c' } }],
  'network policy': [`${of('networking.k8s.io')}/networkpolicies`, { spec: { ingress: [{ ports: [{}] }] } }],
  role: [`${of('rbac.authorization.k8s.io')}/roles`, {}],
  'role binding': [
    `${of('rbac.authorization.k8s.io')}/rolebindings`,
    { roleRef: { kind: 'Role', name: 'r' }, subjects: [{ kind: 'Group', name: 'g' }] },
  ],
  'cluster role': [`${at('rbac.authorization.k8s.io')}/clusterroles`, {}],
  'cluster role binding': [
    `${at('rbac.authorization.k8s.io')}/clusterrolebindings`,
    { roleRef: { kind: 'ClusterRole', name: 'r' }, subjects: [{ kind: 'ServiceAccount', name: 'g', namespace: 'n' }] },
  ],
  'priority class': [`${at('scheduling.k8s.io')}/priorityclasses`, {}],
  'storage class': [`${at('storage.k8s.io')}/storageclasses`, { provisioner: 'p' }],
  'CSI driver': [`${at('storage.k8s.io')}/csidrivers`, { spec: {} }],
  'CSI node': [`${at('storage.k8s.io')}/csinodes`, { spec: { drivers: [] } }],
  'CSI capacity': [`${of('storage.k8s.io')}/csistoragecapacities`, { storageClassName: 's' }],
  attachment: [
    `${at('storage.k8s.io')}/volumeattachments`,
    { spec: { attacher: 'a', nodeName: 'n', source: { persistentVolumeName: 'v' } } },
  ],
  'attributes class': [`${at('storage.k8s.io')}/volumeattributesclasses`, { driverName: 'd', parameters: { a: 'b' } }],
  'runtime class': [`${at('node.k8s.io')}/runtimeclasses`, { handler: 'h' }],
  lease: [`${of('coordination.k8s.io')}/leases`, {}],
  slice: [`${of('discovery.k8s.io')}/endpointslices`, { addressType: 'IPv4', endpoints: [{ addresses: ['1.2.3.4'] }] }],
  'slice with ports': [
    `${of('discovery.k8s.io')}/endpointslices`,
    { addressType: 'IPv4', endpoints: [], ports: [{ port: 1 }] },
  ],
  'flow schema': [
    `${at('flowcontrol.apiserver.k8s.io')}/flowschemas`,
    { spec: { priorityLevelConfiguration: { name: 'p' } } },
  ],
  'priority level': [
    `${at('flowcontrol.apiserver.k8s.io')}/prioritylevelconfigurations`,
    { spec: { type: 'Limited', limited: { limitResponse: { type: 'Queue' } } } },
  ],
  'signing request': [
    `${at('certificates.k8s.io')}/certificatesigningrequests`,
    { spec: { request: 'AAAA', signerName: 'a.b/c', usages: ['client auth'] } },
  ],
  'validating webhook': [
    `${at('admissionregistration.k8s.io')}/validatingwebhookconfigurations`,
    { webhooks: [webhook] },
  ],
  'mutating webhook': [`${at('admissionregistration.k8s.io')}/mutatingwebhookconfigurations`, { webhooks: [webhook] }],
  'admission policy': [
    `${at('admissionregistration.k8s.io')}/validatingadmissionpolicies`,
    { spec: { matchConstraints: { resourceRules: webhook.rules }, validations: [{ expression: 'true' }] } },
  ],
  'admission binding': [
    `${at('admissionregistration.k8s.io')}/validatingadmissionpolicybindings`,
    { spec: { policyName: 'p', validationActions: ['Deny'] } },
  ],
  definition: [
    `${at('apiextensions.k8s.io')}/customresourcedefinitions`,
    {
      metadata: { name: 'things.a.b' },
      spec: {
        group: 'a.b',
        scope: 'Cluster',
        names: { plural: 'things', kind: 'Thing' },
        versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
      },
    },
  ],
  'device class': [`${at('resource.k8s.io')}/deviceclasses`, { spec: {} }],
  'device claim': [
    `${of('resource.k8s.io')}/resourceclaims`,
    { spec: { devices: { requests: [{ name: 'r', exactly: { deviceClassName: 'd' } }] } } },
  ],
  'container with probes': [
    `${core}/pods`,
    container({
      livenessProbe: { httpGet: { port: 1 } },
      readinessProbe: { grpc: { port: 1 } },
      startupProbe: { tcpSocket: { port: 1 } },
    }),
  ],
  'container with hooks': [
    `${core}/pods`,
    container({ lifecycle: { preStop: { httpGet: { port: 1 } }, postStart: { exec: { command: ['x'] } } } }),
  ],
  'container with references': [
    `${core}/pods`,
    container({
      env: [
        { name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
        { name: 'B', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
        { name: 'C', valueFrom: { secretKeyRef: { key: 'k' } } },
      ],
      envFrom: [{ configMapRef: {} }],
    }),
  ],
  'container with limits': [
    `${core}/pods`,
    container({ resources: { limits: { cpu: '1', memory: '1Gi', 'a.b/c': '1' } } }),
  ],
  'container with rights': [`${core}/pods`, container({ securityContext: { privileged: true } })],
  'container with ports': [`${core}/pods`, container({ ports: [{ containerPort: 1, hostPort: 2 }] })],
  'container of a digest': [`${core}/pods`, container({ image: `i@sha256:${'0'.repeat(64)}` })],
  'host network and ports': [
    `${core}/pods`,
    pod({ hostNetwork: true, containers: [{ ...containers[0], ports: [{ containerPort: 1 }] }] }),
  ],
  'init containers': [`${core}/pods`, pod({ initContainers: [{ name: 'i', image: 'i:1', restartPolicy: 'Always' }] })],
  'whole of a pod': [`${core}/pods`, pod({ resources: { limits: { cpu: '1' }, requests: { memory: '1Mi' } } })],
  'pod that spreads': [
    `${core}/pods`,
    pod({ topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'k', whenUnsatisfiable: 'ScheduleAnyway' }] }),
  ],
  'pod with old account': [`${core}/pods`, pod({ serviceAccount: 'default' })],
  'volume of a secret': [`${core}/pods`, volume({ secret: { secretName: 's' } })],
  'volume of a map': [`${core}/pods`, volume({ configMap: { name: 'm' } })],
  'volume of a path': [`${core}/pods`, volume({ hostPath: { path: '/x' } })],
  'volume of itself': [`${core}/pods`, volume({ downwardAPI: { items: [] } })],
  'volume of a token': [`${core}/pods`, volume({ projected: { sources: [{ serviceAccountToken: { path: 't' } }] } })],
  'volume of nothing': [`${core}/pods`, volume({ emptyDir: {} })],
  'volume of an image': [`${core}/pods`, volume({ image: { reference: 'i' } })],
  'volume of iSCSI': [
    `${core}/pods`,
    volume({ iscsi: { targetPortal: 'p', iqn: 'iqn.2001-04.com.example:a', lun: 1 } }),
  ],
  'volume of RBD': [`${core}/pods`, volume({ rbd: { monitors: ['m'], image: 'i' } })],
  'volume of Azure': [`${core}/pods`, volume({ azureDisk: { diskName: 'd', diskURI: 'https://blob/' } })],
  'volume of ScaleIO': [
    `${core}/pods`,
    volume({ scaleIO: { gateway: 'g', system: 's', volumeName: 'v', secretRef: { name: 's' } } }),
  ],
  'volume that goes': [
    `${core}/pods`,
    volume({
      ephemeral: {
        volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1' } } } },
      },
    }),
  ],
};

/** The least that may be said of each kind, and of parts of pods: what comes back has all defaults. */
export const least: Scenario = Object.fromEntries(
  Object.entries(LEAST).map(([name, [path, body]]) => [name, dry(path, { metadata: { name: 'NS-x' }, ...body })]),
);
