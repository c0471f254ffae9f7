import { invalid } from '../../../../src/api/field-error.ts';
import { ageColumn, nameColumn, text } from '../../../../src/api/columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { leaseSpec, type LeaseSpec } from './lease-spec.ts';

/** What columns are computed from. */
interface Parts {
  readonly spec: LeaseSpec;
}

export const Lease = defineResource({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  scope: 'Namespaced',
  createdByPut: true,
  doc: 'A claim that is held as long as it is renewed.',
  openapiName: 'io.k8s.api.coordination.v1.Lease',
  fields: {
    spec: leaseSpec.present().doc('Who holds it, and how long.').at(2),
  },
  columns: [nameColumn, text('Holder', 'Who holds it.', ({ spec }: Parts) => spec.holderIdentity ?? ''), ageColumn],
  validate: ({ spec: { leaseDurationSeconds, leaseTransitions } }) => [
    ...(leaseDurationSeconds !== undefined && leaseDurationSeconds <= 0
      ? [invalid('spec.leaseDurationSeconds', leaseDurationSeconds, 'must be greater than 0')]
      : []),
    ...(leaseTransitions !== undefined && leaseTransitions < 0
      ? [invalid('spec.leaseTransitions', leaseTransitions, 'must be greater than or equal to 0')]
      : []),
  ],
});
export type Lease = ObjectOf<typeof Lease>;
