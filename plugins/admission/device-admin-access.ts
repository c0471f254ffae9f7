import { forbidden } from '../../src/api/field-error.ts';
import type { Client } from '../../src/api/client.ts';
import { invalidError, isStatusError } from '../../src/api/status-error.ts';
import type { Resource } from '../../src/api/resource.ts';
import { admissionFor, type AdmissionPlugin } from '../apiserver/contract.ts';
import { Namespace } from '../kinds/core/v1/namespace.ts';
import { ResourceClaim } from '../kinds/resource/v1/resource-claim.ts';
import type { ResourceClaimSpec } from '../kinds/resource/v1/resource-claim-spec.ts';
import { ResourceClaimTemplate } from '../kinds/resource/v1/resource-claim-template.ts';

const LABEL = 'resource.kubernetes.io/admin-access';
const ORDER = 100;

/** Devices that are in use are given in namespaces alone whose administrator said so. */
export const deviceAdminAccess = (client: Client): readonly AdmissionPlugin[] => [
  admissionFor(ResourceClaim, {
    name: 'DeviceAdminAccess',
    order: ORDER,
    operations: ['CREATE'],
    validate: ({ spec }, { namespace, name }) => judge(client, ResourceClaim, spec, namespace, name),
  }),
  admissionFor(ResourceClaimTemplate, {
    name: 'DeviceAdminAccess',
    order: ORDER,
    operations: ['CREATE'],
    validate: ({ spec }, { namespace, name }) => judge(client, ResourceClaimTemplate, spec.spec, namespace, name),
  }),
];

async function judge(
  client: Client,
  resource: Resource,
  { devices }: ResourceClaimSpec,
  namespace: string,
  name: string,
): Promise<void> {
  const index = (devices.requests ?? []).findIndex(({ exactly }) => exactly?.adminAccess === true);
  if (index < 0 || (await isAllowed(client, namespace))) return;
  const detail = `admin access to devices requires the \`${LABEL}: true\` label on the containing namespace`;
  throw invalidError(resource, name, [forbidden(`spec.devices.requests[${index}].adminAccess`, detail)]);
}

async function isAllowed(client: Client, name: string): Promise<boolean> {
  try {
    return (await client.get(Namespace, { name })).metadata.labels?.[LABEL] === 'true';
  } catch (error) {
    if (isStatusError(error, 'NotFound')) return false;
    throw error;
  }
}
