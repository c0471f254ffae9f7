import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { ageColumn, nameColumn } from '../../../../src/api/columns.ts';
import { replicaSetSpec, replicaSetStatus } from './replica-set-spec.ts';
import { defaultTemplate } from '../../core/v1/pod-spec-defaults.ts';

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
  status: true,
  scale: { spec: 'spec.replicas', status: 'status.replicas', selector: 'spec.selector' },
  columns: [nameColumn, ageColumn],
  fields: {
    spec: replicaSetSpec.expected().doc('What it shall be.').at(2),
    status: replicaSetStatus.present().doc('What it is.').at(3),
  },
  defaults: replicaSet => {
    const template = defaultTemplate(replicaSet.spec.template);
    return template === replicaSet.spec.template
      ? replicaSet
      : { ...replicaSet, spec: { ...replicaSet.spec, template } };
  },
});
export type ReplicaSet = ObjectOf<typeof ReplicaSet>;
