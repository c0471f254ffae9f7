import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { ageColumn, nameColumn } from '../../../../src/api/columns.ts';
import { endpointSubset } from './endpoint-subset.ts';
import { list } from '../../../../src/schema/schema.ts';

export const Endpoints = defineResource({
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  shortNames: ['ep'],
  scope: 'Namespaced',
  doc: 'The addresses behind a service, all in one object; EndpointSlice succeeds it.',
  openapiName: 'io.k8s.api.core.v1.Endpoints',
  singular: 'endpoints',
  columns: [nameColumn, ageColumn],
  fields: {
    subsets: list(endpointSubset).omitEmpty().doc('The addresses, by ports.').at(2),
  },
});
export type Endpoints = ObjectOf<typeof Endpoints>;
