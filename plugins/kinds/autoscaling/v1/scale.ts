import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { nameColumn } from '../../../../src/api/columns.ts';
import { scaleSpec, scaleStatus } from './scale-spec.ts';

export const Scale = defineResource({
  group: 'autoscaling',
  version: 'v1',
  kind: 'Scale',
  plural: 'scales',
  scope: 'Namespaced',
  doc: 'How many replicas something should have and has.',
  openapiName: 'io.k8s.api.autoscaling.v1.Scale',
  virtual: true,
  verbs: [],
  columns: [nameColumn],
  fields: {
    spec: scaleSpec.present().doc('What is asked.').at(2),
    status: scaleStatus.present().doc('What is answered.').at(3),
  },
});
export type Scale = ObjectOf<typeof Scale>;
