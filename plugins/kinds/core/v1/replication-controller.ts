import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { ageColumn, nameColumn } from '../../../../src/api/columns.ts';
import { replicationControllerSpec, replicationControllerStatus } from './replication-controller-spec.ts';
import { defaultTemplate } from './pod-spec-defaults.ts';

export const ReplicationController = defineResource({
  group: '',
  version: 'v1',
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  shortNames: ['rc'],
  categories: ['all'],
  scope: 'Namespaced',
  doc: 'Keeps a number of pods of one template running; ReplicaSet succeeds it.',
  openapiName: 'io.k8s.api.core.v1.ReplicationController',
  status: true,
  scale: { spec: 'spec.replicas', status: 'status.replicas', selector: 'spec.selector' },
  columns: [nameColumn, ageColumn],
  fields: {
    spec: replicationControllerSpec.expected().doc('What it shall be.').at(2),
    status: replicationControllerStatus.present().doc('What it is.').at(3),
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
});
export type ReplicationController = ObjectOf<typeof ReplicationController>;
