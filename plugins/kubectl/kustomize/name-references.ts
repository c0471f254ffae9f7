import { fieldSpec, type FieldSpec } from './field-spec.ts';

/** Fields that hold names of objects of a kind. */
export interface NameReference {
  readonly target: Pick<FieldSpec, 'group' | 'version' | 'kind'>;
  readonly fields: readonly FieldSpec[];
}

/** Where the spec of a pod stands. */
const POD_SPECS: Readonly<Record<string, string>> = {
  Pod: 'spec',
  PodTemplate: 'template/spec',
  Deployment: 'spec/template/spec',
  ReplicaSet: 'spec/template/spec',
  DaemonSet: 'spec/template/spec',
  StatefulSet: 'spec/template/spec',
  Job: 'spec/template/spec',
  CronJob: 'spec/jobTemplate/spec/template/spec',
  ReplicationController: 'spec/template/spec',
};
/** Kinds whose configuration is followed, and those whose account, claims and priority are. */
const CONFIGURED = ['Pod', 'PodTemplate', 'Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet', 'Job', 'CronJob'];
const RUNNING = ['Pod', 'StatefulSet', 'Deployment', 'ReplicationController', 'CronJob', 'Job', 'DaemonSet'];

const inPods = (kinds: readonly string[], ...paths: readonly string[]): readonly FieldSpec[] =>
  kinds.flatMap(kind => paths.map(path => fieldSpec(`${POD_SPECS[kind] ?? ''}/${path}`, kind)));

const of = (kind: string, fields: readonly FieldSpec[], version = '', group = ''): NameReference => ({
  target: { kind, version, group },
  fields,
});

const RBAC = { group: 'rbac.authorization.k8s.io' };
const RULES = ['Role', 'ClusterRole'].map(kind => fieldSpec('rules/resourceNames', kind));
const scaled = (kind: string): NameReference =>
  of(kind, [fieldSpec('spec/scaleTargetRef/name', 'HorizontalPodAutoscaler')]);
const annotated = (name: string): FieldSpec =>
  fieldSpec(`metadata/annotations/${name.replaceAll('/', '\\/')}`, 'Ingress');

export const NAME_REFERENCES: readonly NameReference[] = [
  ...['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet'].map(scaled),
  of(
    'ConfigMap',
    [
      ...inPods(
        CONFIGURED,
        'volumes/configMap/name',
        'containers/env/valueFrom/configMapKeyRef/name',
        'initContainers/env/valueFrom/configMapKeyRef/name',
        'containers/envFrom/configMapRef/name',
        'initContainers/envFrom/configMapRef/name',
        'volumes/projected/sources/configMap/name',
      ),
      fieldSpec('spec/configSource/configMap', 'Node'),
      ...RULES,
      annotated('nginx.ingress.kubernetes.io/fastcgi-params-configmap'),
    ],
    'v1',
  ),
  of(
    'Secret',
    [
      ...inPods(
        CONFIGURED,
        'volumes/secret/secretName',
        'containers/env/valueFrom/secretKeyRef/name',
        'initContainers/env/valueFrom/secretKeyRef/name',
        'containers/envFrom/secretRef/name',
        'initContainers/envFrom/secretRef/name',
        'imagePullSecrets/name',
        'volumes/projected/sources/secret/name',
      ),
      fieldSpec('spec/tls/secretName', 'Ingress'),
      annotated('ingress.kubernetes.io/auth-secret'),
      annotated('nginx.ingress.kubernetes.io/auth-secret'),
      annotated('nginx.ingress.kubernetes.io/auth-tls-secret'),
      fieldSpec('imagePullSecrets/name', 'ServiceAccount'),
      ...['secretName', 'adminSecretName', 'userSecretName', 'secretRef'].map(name =>
        fieldSpec(`parameters/${name}`, 'StorageClass'),
      ),
      ...RULES,
      fieldSpec('spec/template/spec/containers/env/valueFrom/secretKeyRef/name', 'Service', {
        group: 'serving.knative.dev',
        version: 'v1',
      }),
      fieldSpec('spec/azureFile/secretName', 'PersistentVolume'),
    ],
    'v1',
  ),
  of(
    'Service',
    [
      fieldSpec('spec/serviceName', 'StatefulSet', { group: 'apps' }),
      ...['rules/http/paths/backend/serviceName', 'backend/serviceName'].map(path =>
        fieldSpec(`spec/${path}`, 'Ingress'),
      ),
      ...['rules/http/paths/backend/service/name', 'defaultBackend/service/name'].map(path =>
        fieldSpec(`spec/${path}`, 'Ingress'),
      ),
      fieldSpec('spec/service/name', 'APIService', { group: 'apiregistration.k8s.io' }),
      ...['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'].map(kind =>
        fieldSpec('webhooks/clientConfig/service', kind, { group: 'admissionregistration.k8s.io' }),
      ),
    ],
    'v1',
  ),
  of('Role', [fieldSpec('roleRef/name', 'RoleBinding', RBAC)], '', RBAC.group),
  of(
    'ClusterRole',
    ['RoleBinding', 'ClusterRoleBinding'].map(kind => fieldSpec('roleRef/name', kind, RBAC)),
    '',
    RBAC.group,
  ),
  of(
    'ServiceAccount',
    [
      ...['RoleBinding', 'ClusterRoleBinding'].map(kind => fieldSpec('subjects', kind, RBAC)),
      ...inPods(RUNNING, 'serviceAccountName'),
    ],
    'v1',
  ),
  of('PersistentVolumeClaim', inPods(RUNNING, 'volumes/persistentVolumeClaim/claimName'), 'v1'),
  of(
    'PersistentVolume',
    [fieldSpec('spec/volumeName', 'PersistentVolumeClaim'), fieldSpec('rules/resourceNames', 'ClusterRole')],
    'v1',
  ),
  of(
    'StorageClass',
    [
      fieldSpec('spec/storageClassName', 'PersistentVolume'),
      fieldSpec('spec/storageClassName', 'PersistentVolumeClaim'),
      fieldSpec('spec/volumeClaimTemplates/spec/storageClassName', 'StatefulSet'),
    ],
    'v1',
    'storage.k8s.io',
  ),
  of('PriorityClass', inPods(RUNNING, 'priorityClassName'), 'v1', 'scheduling.k8s.io'),
  of(
    'ValidatingAdmissionPolicy',
    [
      fieldSpec('spec/policyName', 'ValidatingAdmissionPolicyBinding', {
        group: 'admissionregistration.k8s.io',
      }),
    ],
    '',
    'admissionregistration.k8s.io',
  ),
];
