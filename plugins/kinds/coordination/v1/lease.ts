import { ageColumn, nameColumn, text } from '../../../../src/api/columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { validateLeaseSpec } from './validate-lease-spec.ts';
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
  putByRevision: true,
  createdByPut: true,
  doc: 'A claim that is held as long as it is renewed.',
  openapiName: 'io.k8s.api.coordination.v1.Lease',
  fields: {
    spec: leaseSpec.present().doc('Who holds it, and how long.').at(2),
  },
  columns: [nameColumn, text('Holder', 'Who holds it.', ({ spec }: Parts) => spec.holderIdentity ?? ''), ageColumn],
  prepareForCreate: withoutElection,
  prepareForUpdate: withoutElection,
  validate: ({ spec }) => validateLeaseSpec(spec),
});
export type Lease = ObjectOf<typeof Lease>;

/** No part of this cluster elects holders for others, as upstream does not unless it is told to. */
function withoutElection<L extends { readonly spec?: LeaseSpec }>(lease: L): L {
  if (lease.spec?.strategy === undefined && lease.spec?.preferredHolder === undefined) return lease;
  const { strategy: _strategy, preferredHolder: _holder, ...spec } = lease.spec;
  return { ...lease, spec };
}
