import { fieldSpec, type FieldSpec } from './field-spec.ts';

const CREATE = { create: true };
const made = (path: string, kind: string, group = ''): FieldSpec => fieldSpec(path, kind, { ...CREATE, group });

/** Where labels of objects and of what is made from them stand. */
export const TEMPLATE_LABEL_FIELDS: readonly FieldSpec[] = [
  made('metadata/labels', ''),
  fieldSpec('spec/template/metadata/labels', 'ReplicationController', { ...CREATE, version: 'v1' }),
  made('spec/template/metadata/labels', 'Deployment'),
  made('spec/template/metadata/labels', 'ReplicaSet'),
  made('spec/template/metadata/labels', 'DaemonSet'),
  made('spec/template/metadata/labels', 'StatefulSet', 'apps'),
  made('spec/volumeClaimTemplates[]/metadata/labels', 'StatefulSet', 'apps'),
  made('spec/template/metadata/labels', 'Job', 'batch'),
  made('spec/jobTemplate/metadata/labels', 'CronJob', 'batch'),
  made('spec/jobTemplate/spec/template/metadata/labels', 'CronJob', 'batch'),
];

const POD_SELECTORS = [
  'affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm',
  'affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution',
  'affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm',
  'affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution',
  'topologySpreadConstraints',
];
const podSelectors = (kind: string): readonly FieldSpec[] =>
  POD_SELECTORS.map(path => fieldSpec(`spec/template/spec/${path}/labelSelector/matchLabels`, kind, { group: 'apps' }));

/** Where labels stand, those that are selected by too. */
export const COMMON_LABEL_FIELDS: readonly FieldSpec[] = [
  fieldSpec('spec/selector', 'Service', { ...CREATE, version: 'v1' }),
  fieldSpec('spec/selector', 'ReplicationController', { ...CREATE, version: 'v1' }),
  made('spec/selector/matchLabels', 'Deployment'),
  ...podSelectors('Deployment'),
  made('spec/selector/matchLabels', 'ReplicaSet'),
  made('spec/selector/matchLabels', 'DaemonSet'),
  made('spec/selector/matchLabels', 'StatefulSet', 'apps'),
  ...podSelectors('StatefulSet'),
  fieldSpec('spec/selector/matchLabels', 'Job', { group: 'batch' }),
  fieldSpec('spec/jobTemplate/spec/selector/matchLabels', 'CronJob', { group: 'batch' }),
  fieldSpec('spec/selector/matchLabels', 'PodDisruptionBudget', { group: 'policy' }),
  ...['podSelector', 'ingress/from/podSelector', 'egress/to/podSelector'].map(path =>
    fieldSpec(`spec/${path}/matchLabels`, 'NetworkPolicy', { group: 'networking.k8s.io' }),
  ),
  ...TEMPLATE_LABEL_FIELDS,
];

export const METADATA_LABEL_FIELDS: readonly FieldSpec[] = [made('metadata/labels', '')];

export const ANNOTATION_FIELDS: readonly FieldSpec[] = [
  made('metadata/annotations', ''),
  fieldSpec('spec/template/metadata/annotations', 'ReplicationController', { ...CREATE, version: 'v1' }),
  ...['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet'].map(kind =>
    made('spec/template/metadata/annotations', kind),
  ),
  made('spec/template/metadata/annotations', 'Job', 'batch'),
  made('spec/jobTemplate/metadata/annotations', 'CronJob', 'batch'),
  made('spec/jobTemplate/spec/template/metadata/annotations', 'CronJob', 'batch'),
];

/** In the order in which a refusal names them. */
export const REPLICA_FIELDS: readonly FieldSpec[] = [
  'Deployment',
  'StatefulSet',
  'ReplicaSet',
  'ReplicationController',
].map(kind => made('spec/replicas', kind));

export const IMAGE_FIELDS: readonly FieldSpec[] = ['spec', 'spec/template/spec'].flatMap(spec =>
  ['containers[]/image', 'initContainers[]/image', 'volumes[]/image/reference'].map(path =>
    fieldSpec(`${spec}/${path}`),
  ),
);

/** Where namespaces stand besides that of the object itself. */
export const NAMESPACE_FIELDS: readonly FieldSpec[] = [
  fieldSpec('metadata/name', 'Namespace', { ...CREATE, version: 'v1' }),
  made('spec/service/namespace', 'APIService', 'apiregistration.k8s.io'),
  fieldSpec('spec/conversion/webhook/clientConfig/service/namespace', 'CustomResourceDefinition', {
    group: 'apiextensions.k8s.io',
  }),
];
