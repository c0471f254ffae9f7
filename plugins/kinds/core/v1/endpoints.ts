import { ageColumn, nameColumn, text } from '../../../../src/api/columns.ts';
import { endpointsColumn } from './endpoints-column.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { endpointSubset } from './endpoint-subset.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import { placed } from '../../../../src/api/field-error.ts';
import { endpointsWarnings, validateEndpoints } from './validate-endpoints.ts';
import { list } from '../../../../src/schema/schema.ts';

export const Endpoints = defineResource({
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  shortNames: ['ep'],
  scope: 'Namespaced',
  createdByPut: true,
  doc: 'The addresses behind a service, all in one object; EndpointSlice succeeds it.',
  openapiName: 'io.k8s.api.core.v1.Endpoints',
  fields: {
    subsets: list(endpointSubset).omitEmpty().doc('The addresses, by ports.').at(2),
  },
  singular: 'endpoints',
  deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  columns: [
    nameColumn,
    text('Endpoints', 'Addresses behind the service.', ({ subsets = [] }) => endpointsColumn(subsets)),
    ageColumn,
  ],
  validate: ({ subsets = [] }, old) =>
    old !== undefined && isDeepEqual(subsets, old.subsets ?? []) ? [] : placed('', validateEndpoints(subsets)),
  warnings: endpointsWarnings,
});
export type Endpoints = ObjectOf<typeof Endpoints>;
