import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { ageColumn, nameColumn } from '../../../../src/api/columns.ts';
import { namespaceSpec, namespaceStatus } from './namespace-status.ts';

export const Namespace = defineResource({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  shortNames: ['ns'],
  scope: 'Cluster',
  doc: 'A scope for names, access rules and quotas.',
  openapiName: 'io.k8s.api.core.v1.Namespace',
  status: true,
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  columns: [nameColumn, ageColumn],
  fields: {
    spec: namespaceSpec.present().doc('What it shall be.').at(2),
    status: namespaceStatus.present().doc('What it is.').at(3),
  },
});
export type Namespace = ObjectOf<typeof Namespace>;
