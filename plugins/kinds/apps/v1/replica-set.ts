import { validateSelectedTemplate } from './validate-selected-template.ts';
import { validateReplicaCounts } from './validate-replica-counts.ts';
import { validateSelectorUpdate } from './validate-deployment.ts';
import { ageColumn, integer, nameColumn, wide } from '../../../../src/api/columns.ts';
import { formatLabelSelector } from '../../../../src/api/format-labels.ts';
import { containerColumns } from '../../core/v1/container-columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { replicaSetSpec, replicaSetStatus, type ReplicaSetSpec, type ReplicaSetStatus } from './replica-set-spec.ts';
import { defaultTemplate } from '../../core/v1/pod-spec-defaults.ts';

/** What columns are computed from. */
interface Parts {
  readonly spec: ReplicaSetSpec;
  readonly status: ReplicaSetStatus;
}

export const ReplicaSet = defineResource({
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  shortNames: ['rs'],
  categories: ['all'],
  scope: 'Namespaced',
  doc: 'Keeps a number of pods of one template running.',
  openapiName: 'io.k8s.api.apps.v1.ReplicaSet',
  fields: {
    spec: replicaSetSpec.expected().doc('What it shall be.').at(2),
    status: replicaSetStatus.present().doc('What it is.').at(3),
  },
  status: true,
  scale: { spec: 'spec.replicas', status: 'status.replicas', selector: 'spec.selector' },
  columns: [
    nameColumn,
    integer('Desired', 'How many pods there shall be.', ({ spec }: Parts) => spec.replicas),
    integer('Current', 'How many pods there are.', ({ status }: Parts) => status.replicas),
    integer('Ready', 'How many pods are ready.', ({ status }: Parts) => status.readyReplicas ?? 0),
    ageColumn,
    ...containerColumns(({ spec }: Parts) => spec.template.spec),
    wide('Selector', 'Labels of its pods.', ({ spec }: Parts) => formatLabelSelector(spec.selector)),
  ],
  defaults: replicaSet => {
    const template = defaultTemplate(replicaSet.spec.template);
    return template === replicaSet.spec.template
      ? replicaSet
      : { ...replicaSet, spec: { ...replicaSet.spec, template } };
  },
  validate: ({ spec }) => validateSelectedTemplate(spec.selector, spec.template),
  validateUpdate: validateSelectorUpdate,
  validateStatusUpdate: ({ status }) => validateReplicaCounts(status, ['fullyLabeledReplicas']),
});
export type ReplicaSet = ObjectOf<typeof ReplicaSet>;
