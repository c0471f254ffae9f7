import { required } from '../../../../src/api/field-error.ts';
import { validateOwnedTemplate } from './validate-pod-template.ts';
import { ageColumn, integer, nameColumn, wide } from '../../../../src/api/columns.ts';
import { matcherOfLabels } from '../../../../src/api/label-selector.ts';
import { validateReplicaCounts } from '../../apps/v1/validate-replica-counts.ts';
import { formatLabels } from '../../../../src/api/format-labels.ts';
import { containerColumns } from './container-columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import {
  replicationControllerSpec,
  replicationControllerStatus,
  type ReplicationControllerSpec,
  type ReplicationControllerStatus,
} from './replication-controller-spec.ts';
import { defaultTemplate } from './pod-spec-defaults.ts';

/** What columns are computed from. */
interface Parts {
  readonly spec: ReplicationControllerSpec;
  readonly status: ReplicationControllerStatus;
}

export const ReplicationController = defineResource({
  group: '',
  version: 'v1',
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  shortNames: ['rc'],
  categories: ['all'],
  scope: 'Namespaced',
  leavesDependents: true,
  doc: 'Keeps a number of pods of one template running; ReplicaSet succeeds it.',
  openapiName: 'io.k8s.api.core.v1.ReplicationController',
  fields: {
    spec: replicationControllerSpec.expected().doc('What it shall be.').at(2),
    status: replicationControllerStatus.present().doc('What it is.').at(3),
  },
  status: true,
  scale: { spec: 'spec.replicas', status: 'status.replicas', selector: 'spec.selector' },
  columns: [
    nameColumn,
    integer('Desired', 'How many pods there shall be.', ({ spec }: Parts) => spec.replicas),
    integer('Current', 'How many pods there are.', ({ status }: Parts) => status.replicas),
    integer('Ready', 'How many pods are ready.', ({ status }: Parts) => status.readyReplicas ?? 0),
    ageColumn,
    ...containerColumns(({ spec }: Parts) => spec.template?.spec),
    wide('Selector', 'Labels of its pods.', ({ spec }: Parts) => formatLabels(spec.selector)),
  ],
  selectableFields: {
    'status.replicas': ({ status }) => String(status.replicas),
  },
  /** The template's labels stand in for a missing selector and for missing labels. */
  defaults: controller => {
    const { spec, metadata } = controller;
    if (spec.template === undefined) return controller;
    const template = defaultTemplate(spec.template);
    const labels = template.metadata?.labels;
    const selector = spec.selector ?? labels;
    return {
      ...controller,
      metadata: metadata.labels === undefined && labels !== undefined ? { ...metadata, labels } : metadata,
      spec: { ...spec, template, ...(selector === undefined ? {} : { selector }) },
    };
  },
  validate: ({ spec: { selector = {}, template } }) => [
    ...(Object.keys(selector).length === 0 ? [required('spec.selector')] : []),
    ...(template === undefined
      ? [required('spec.template')]
      : validateOwnedTemplate('ReplicationController', labels => matcherOfLabels(selector).matches(labels), template)),
  ],
  validateStatusUpdate: ({ status }) => validateReplicaCounts(status, ['fullyLabeledReplicas']),
});
export type ReplicationController = ObjectOf<typeof ReplicationController>;
