import { forbidden, type FieldError } from '../../src/api/field-error.ts';
import { notAllowedError } from '../../src/api/not-allowed-error.ts';
import { invalidError, qualified } from '../../src/api/status-error.ts';
import type { UserInfo } from '../../src/api/user-info.ts';
import { isDeepEqual } from '../../src/base/deep-equal.ts';
import type { AdmissionPlugin, AdmissionRequest, Authorization } from '../apiserver/contract.ts';
import type { NodeSelector } from '../kinds/core/v1/node-selector.ts';
import { ResourceClaim } from '../kinds/resource/v1/resource-claim.ts';
import type { AllocatedDeviceStatus, ResourceClaimStatus } from '../kinds/resource/v1/resource-claim-status.ts';

/** After all that mutates. */
const ORDER = 900;
const NODE_NAME = 'authentication.kubernetes.io/node-name';

/**
 * Who may write what of a claim's status besides being allowed to write it: what it was given, and who uses it,
 * whoever may bind claims; what is told of its devices, whoever may speak for their drivers.
 */
export const deviceStatusRights = (authorization: Authorization): AdmissionPlugin => ({
  name: 'DeviceStatusRights',
  order: ORDER,
  resources: [`${qualified(ResourceClaim)}/status`],
  async validate(request) {
    if (request.operation !== 'UPDATE') return;
    const [now, old] = [request.object, request.oldObject].map(object => (object as ResourceClaim).status);
    if (now === undefined || old === undefined) return;
    const errors = [
      ...(await bindingErrors(authorization, request, now, old)),
      ...(await driverErrors(authorization, request, now, old)),
    ];
    if (errors.length > 0) throw invalidError(ResourceClaim, request.name, errors);
  },
});

async function bindingErrors(
  authorization: Authorization,
  request: AdmissionRequest,
  now: ResourceClaimStatus,
  old: ResourceClaimStatus,
): Promise<readonly FieldError[]> {
  if (isDeepEqual(now.allocation, old.allocation) && isDeepEqual(now.reservedFor ?? [], old.reservedFor ?? []))
    return [];
  const verb = verbOf(request);
  const problem = await problemOf(authorization, request.user, {
    verb,
    subresource: 'binding',
    namespace: '',
    name: '',
  });
  if (problem === undefined) return [];
  const needs = `requires resource="resourceclaims/binding", verb="${verb}" permission`;
  return [forbidden('status', `changing status.allocation or status.reservedFor ${needs}: ${problem}`)];
}

async function driverErrors(
  authorization: Authorization,
  { user, namespace, ...request }: AdmissionRequest,
  now: ResourceClaimStatus,
  old: ResourceClaimStatus,
): Promise<readonly FieldError[]> {
  const verb = verbOf(request);
  const places = isOnNode(user, now.allocation?.nodeSelector)
    ? ['associated-node', 'arbitrary-node']
    : ['arbitrary-node'];
  const verbs = places.map(place => `${place}:${verb}`);
  const errors: FieldError[] = [];
  for (const driver of changedDrivers(now.devices ?? [], old.devices ?? [])) {
    const problems: string[] = [];
    for (const each of verbs) {
      const asked = { verb: each, subresource: 'driver', namespace, name: driver };
      const problem = await problemOf(authorization, user, asked);
      if (problem === undefined) break;
      problems.push(problem);
    }
    if (problems.length < verbs.length) continue;
    const needs = `requires resource="resourceclaims/driver", verb="[${verbs.join(' ')}]" permission`;
    errors.push(forbidden('status.devices', `changing status.devices ${needs}: ${problems[0] ?? ''}`));
  }
  return errors;
}

const verbOf = ({ isPatch }: Pick<AdmissionRequest, 'isPatch'>): string => (isPatch === true ? 'patch' : 'update');

interface Asked {
  readonly verb: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

/** Why it is not allowed; `undefined` if it is. */
async function problemOf(authorization: Authorization, user: UserInfo, asked: Asked): Promise<string | undefined> {
  const { group, version, plural: resource } = ResourceClaim;
  const request = { path: '', isResourceRequest: true, group, version, resource, ...asked };
  const { allowed, reason } = await authorization.authorize(user, request);
  return allowed ? undefined : notAllowedError(user.name, request, reason).message;
}

/** Of whose devices something else is told than before, in order of their names. */
function changedDrivers(
  now: readonly AllocatedDeviceStatus[],
  old: readonly AllocatedDeviceStatus[],
): readonly string[] {
  const before = new Map(old.map(device => [keyOf(device), device]));
  const after = new Map(now.map(device => [keyOf(device), device]));
  const isChanged = (device: AllocatedDeviceStatus): boolean =>
    !isDeepEqual(before.get(keyOf(device)), after.get(keyOf(device)));
  return [...new Set([...now, ...old].filter(isChanged).map(({ driver }) => driver))].sort();
}

const keyOf = ({ driver, pool, device, shareID = '' }: AllocatedDeviceStatus): string =>
  JSON.stringify([driver, pool, device, shareID]);

/** Whether a service account speaks from the one node where the devices are. */
function isOnNode({ name, extra = {} }: UserInfo, selector: NodeSelector | undefined): boolean {
  if (selector === undefined || !name.startsWith('system:serviceaccount:')) return false;
  const [term, ...others] = selector.nodeSelectorTerms;
  const [field, ...further] = term?.matchFields ?? [];
  if (others.length > 0 || further.length > 0 || (term?.matchExpressions ?? []).length > 0) return false;
  const { key, operator, values = [] } = field ?? { key: '', operator: '' };
  if (key !== 'metadata.name' || operator !== 'In' || values.length !== 1) return false;
  const [node, ...more] = extra[NODE_NAME] ?? [];
  return more.length === 0 && node === values[0];
}
