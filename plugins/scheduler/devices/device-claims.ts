import type { Pod } from '../../kinds/core/v1/pod.ts';

export interface UsedDeviceClaim {
  /** `undefined` until it has been made. */
  readonly claim: string | undefined;
  /** Made for this pod alone, from a template. */
  readonly isOwn: boolean;
}

/** Claims of devices that a pod uses; not those that turned out not to be needed. */
export const deviceClaimsOf = ({ spec, status }: Pod): readonly UsedDeviceClaim[] =>
  (spec.resourceClaims ?? []).flatMap(({ name, resourceClaimName }): readonly UsedDeviceClaim[] => {
    if (resourceClaimName !== undefined) return [{ claim: resourceClaimName, isOwn: false }];
    const made = status.resourceClaimStatuses?.find(each => each.name === name);
    if (made === undefined) return [{ claim: undefined, isOwn: true }];
    return made.resourceClaimName === undefined ? [] : [{ claim: made.resourceClaimName, isOwn: true }];
  });
