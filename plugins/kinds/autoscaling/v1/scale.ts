import { ageColumn, integer, nameColumn } from '../../../../src/api/columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { scaleSpec, scaleStatus, type ScaleSpec, type ScaleStatus } from './scale-spec.ts';

/** What columns are computed from. */
interface Parts {
  readonly spec: ScaleSpec;
  readonly status: ScaleStatus;
}

export const Scale = defineResource({
  group: 'autoscaling',
  version: 'v1',
  kind: 'Scale',
  plural: 'scales',
  scope: 'Namespaced',
  doc: 'How many replicas something should have and has.',
  openapiName: 'io.k8s.api.autoscaling.v1.Scale',
  fields: {
    spec: scaleSpec.present().doc('What is asked.').at(2),
    status: scaleStatus.present().doc('What is answered.').at(3),
  },
  virtual: true,
  verbs: [],
  columns: [
    nameColumn,
    integer('Desired', 'How many there shall be.', ({ spec }: Parts) => spec.replicas ?? 0),
    integer('Available', 'How many there are.', ({ status }: Parts) => status.replicas),
    ageColumn,
  ],
});
export type Scale = ObjectOf<typeof Scale>;
