import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { ageColumn, nameColumn } from '../../../../src/api/columns.ts';
import { replicationControllerSpec, replicationControllerStatus } from './replication-controller-spec.ts';

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
});
export type ReplicationController = ObjectOf<typeof ReplicationController>;
