import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { ageColumn, nameColumn } from '../../../../src/api/columns.ts';
import { leaseSpec } from './lease-spec.ts';

export const Lease = defineResource({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  scope: 'Namespaced',
  doc: 'A claim that is held as long as it is renewed.',
  openapiName: 'io.k8s.api.coordination.v1.Lease',
  columns: [nameColumn, ageColumn],
  fields: {
    spec: leaseSpec.present().doc('Who holds it, and how long.').at(2),
  },
});
export type Lease = ObjectOf<typeof Lease>;
