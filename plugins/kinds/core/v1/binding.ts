import { notSupported, required } from '../../../../src/api/field-error.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { nameColumn } from '../../../../src/api/columns.ts';
import { objectReference } from './object-reference.ts';

export const Binding = defineResource({
  group: '',
  version: 'v1',
  kind: 'Binding',
  plural: 'bindings',
  scope: 'Namespaced',
  doc: 'Ties a pod to a node.',
  openapiName: 'io.k8s.api.core.v1.Binding',
  fields: {
    target: objectReference.zero().doc('The node.').at(2),
  },
  virtual: true,
  verbs: ['create'],
  columns: [nameColumn],
  validate: ({ target: { kind = '', name = '' } }) => [
    ...(kind === '' || kind === 'Node' ? [] : [notSupported('target.kind', kind, ['Node', '<empty>'])]),
    ...(name === '' ? [required('target.name')] : []),
  ],
});
export type Binding = ObjectOf<typeof Binding>;
