import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { nameColumn } from '../../../../src/api/columns.ts';
import { deleteOptions } from '../../../../src/api/delete-options-schema.ts';

export const Eviction = defineResource({
  group: 'policy',
  version: 'v1',
  kind: 'Eviction',
  plural: 'evictions',
  scope: 'Namespaced',
  doc: 'Asks to remove a pod as far as its disruption budgets allow.',
  openapiName: 'io.k8s.api.policy.v1.Eviction',
  fields: {
    deleteOptions: deleteOptions.optional().doc('How the pod is deleted.').at(2),
  },
  virtual: true,
  formerVersions: ['policy/v1beta1'],
  verbs: ['create'],
  columns: [nameColumn],
});
export type Eviction = ObjectOf<typeof Eviction>;
