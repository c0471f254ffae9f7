import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { ageColumn, nameColumn } from '../../../../src/api/columns.ts';
import { boolean, bytes, map, string } from '../../../../src/schema/schema.ts';

export const Secret = defineResource({
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  scope: 'Namespaced',
  doc: 'Confidential keys and values, for pods to read.',
  openapiName: 'io.k8s.api.core.v1.Secret',
  columns: [nameColumn, ageColumn],
  fields: {
    immutable: boolean().optional().at(5),
    data: map(bytes()).omitEmpty().at(2),
    stringData: map(string()).omitEmpty().at(4),
    type: string().whenEmpty('Opaque').at(3),
  },
});
export type Secret = ObjectOf<typeof Secret>;
