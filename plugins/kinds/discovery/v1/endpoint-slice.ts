import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { ageColumn, nameColumn } from '../../../../src/api/columns.ts';
import { endpoint, endpointPort } from './endpoint.ts';
import { list, oneOf } from '../../../../src/schema/schema.ts';

export const EndpointSlice = defineResource({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  scope: 'Namespaced',
  doc: 'Some of the addresses behind a service.',
  openapiName: 'io.k8s.api.discovery.v1.EndpointSlice',
  columns: [nameColumn, ageColumn],
  fields: {
    addressType: oneOf('IPv4', 'IPv6', 'FQDN').doc('IPv4, IPv6 or FQDN.').at(4),
    endpoints: list(endpoint).present().doc('The backends.').at(2),
    ports: list(endpointPort).omitEmpty().doc('Their ports.').at(3),
  },
});
export type EndpointSlice = ObjectOf<typeof EndpointSlice>;
