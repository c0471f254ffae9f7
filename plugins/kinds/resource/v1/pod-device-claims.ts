import { controllerOf } from '../../../../src/sdk/controller-reference.ts';
import type { AnyObject } from '../../../../src/api/object-meta.ts';
import type { PodSpec } from '../../core/v1/pod-spec.ts';
import type { PodStatus } from '../../core/v1/pod-status.ts';
import type { ResourceClaim } from './resource-claim.ts';
import type { ResourceClaimStatus } from './resource-claim-status.ts';

/** What of a pod tells which claims of devices it uses. */
interface Claiming {
  readonly metadata: AnyObject['metadata'];
  readonly spec: Pick<PodSpec, 'resourceClaims'>;
  readonly status: Pick<PodStatus, 'resourceClaimStatuses' | 'extendedResourceClaimStatus'>;
}

export interface UsedDeviceClaim {
  /** By which the containers of the pod call it. */
  readonly name: string;
  /** `undefined` until it has been made. */
  readonly claim: string | undefined;
  /** Made for this pod alone, from a template. */
  readonly isOwn: boolean;
}

/** Claims of devices that a pod uses; not those that turned out not to be needed. */
export const deviceClaimsOf = ({ spec, status }: Claiming): readonly UsedDeviceClaim[] =>
  (spec.resourceClaims ?? []).flatMap(({ name, resourceClaimName }): readonly UsedDeviceClaim[] => {
    if (resourceClaimName !== undefined) return [{ name, claim: resourceClaimName, isOwn: false }];
    const made = status.resourceClaimStatuses?.find(each => each.name === name);
    if (made === undefined) return [{ name, claim: undefined, isOwn: true }];
    return made.resourceClaimName === undefined ? [] : [{ name, claim: made.resourceClaimName, isOwn: true }];
  });

/** And the one that its scheduler made for extended resources, by no name. */
export function usedDeviceClaimsOf(pod: Claiming): readonly UsedDeviceClaim[] {
  const named = deviceClaimsOf(pod);
  const claim = pod.status.extendedResourceClaimStatus?.resourceClaimName;
  return claim === undefined ? named : [...named, { name: '', claim, isOwn: true }];
}

/** Why a claim is not the pod's own, although the pod names it so; `undefined` if it is. */
export function foreignDeviceClaim({ metadata }: Pick<Claiming, 'metadata'>, claim: ResourceClaim): string | undefined {
  if (controllerOf(claim)?.uid === metadata.uid) return undefined;
  const { name, namespace = '' } = claim.metadata;
  return `ResourceClaim ${namespace}/${name} was not created for Pod ${metadata.namespace ?? ''}/${metadata.name} (Pod is not owner)`;
}

type Reservations = Pick<ResourceClaimStatus, 'reservedFor'>;

export const isReservedFor = ({ reservedFor = [] }: Reservations, uid: string): boolean =>
  reservedFor.some(consumer => consumer.uid === uid);

/** So many pods may use one claim at once. */
const MAX_CONSUMERS = 256;

export const canBeReserved = ({ reservedFor = [] }: Reservations): boolean => reservedFor.length < MAX_CONSUMERS;

/** The entry of `reservedFor` for a pod. */
export const podConsumer = ({
  metadata: { name, uid },
}: Pick<Claiming, 'metadata'>): { readonly resource: string; readonly name: string; readonly uid: string } => ({
  resource: 'pods',
  name,
  uid,
});

/** On claims that hold devices: they stay until those are given back. */
export const DEVICES_FINALIZER = 'resource.kubernetes.io/delete-protection';
