import { ageColumn, nameColumn, text } from '../../../../src/api/columns.ts';
import { placed } from '../../../../src/api/field-error.ts';
import type { AnyObject } from '../../../../src/api/object-meta.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { resourceClaimSpec, withCounts } from './resource-claim-spec.ts';
import { resourceClaimStatus, type ResourceClaimStatus } from './resource-claim-status.ts';
import { fixedPart } from './fixed-part.ts';
import { validateResourceClaimSpec } from './validate-device-claim.ts';
import { validateClaimStatus } from './validate-claim-status.ts';

/** What columns are computed from. */
interface Parts extends AnyObject {
  readonly status: ResourceClaimStatus;
}

function stateOf({ metadata, status: { allocation, reservedFor = [] } }: Parts): string {
  const isGoing = metadata.deletionTimestamp !== undefined;
  const states = isGoing ? ['deleted'] : [];
  if (allocation === undefined) return [...states, ...(isGoing ? [] : ['pending'])].join(',');
  return [...states, 'allocated', ...(reservedFor.length > 0 ? ['reserved'] : [])].join(',');
}

export const ResourceClaim = defineResource({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'ResourceClaim',
  plural: 'resourceclaims',
  scope: 'Namespaced',
  generation: false,
  answersDeleted: true,
  doc: 'Devices that are asked for, and those that were given.',
  openapiName: 'io.k8s.api.resource.v1.ResourceClaim',
  fields: {
    spec: resourceClaimSpec.zero().doc('What is asked for.').at(2),
    status: resourceClaimStatus.present().doc('What was given.').at(3),
  },
  status: true,
  columns: [nameColumn, text('State', 'Whether it was given what it asks for.', stateOf), ageColumn],
  defaults: claim => ({ ...claim, spec: withCounts(claim.spec) }),
  validate: ({ spec }, old) => (old === undefined ? placed('', validateResourceClaimSpec(spec, 'spec')) : []),
  validateUpdate: ({ spec }, old) => fixedPart(resourceClaimSpec, 'spec', spec, old.spec),
  prepareForStatusUpdate: (claim, old) => ({ ...claim, status: withoutDeallocated(claim.status, old.status) }),
  validateStatusUpdate: validateClaimStatus,
});
export type ResourceClaim = ObjectOf<typeof ResourceClaim>;

/** How a device is does not matter any more once it was taken back. */
function withoutDeallocated(status: ResourceClaimStatus, old: ResourceClaimStatus): ResourceClaimStatus {
  if (status.devices === undefined) return status;
  const now = new Set((status.allocation?.devices.results ?? []).map(idOf));
  const gone = new Set((old.allocation?.devices.results ?? []).map(idOf).filter(id => !now.has(id)));
  if (gone.size === 0) return status;
  const { devices, ...rest } = status;
  const left = devices.filter(device => !gone.has(idOf(device)));
  return left.length === 0 ? rest : { ...rest, devices: left };
}

interface DeviceId {
  readonly driver: string;
  readonly pool: string;
  readonly device: string;
  readonly shareID?: string;
}
const idOf = ({ driver, pool, device, shareID = '' }: DeviceId): string =>
  JSON.stringify([driver, pool, device, shareID]);
