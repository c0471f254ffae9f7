import type { AnyObject } from '../../../../src/api/object-meta.ts';
import { controllerOf } from '../../../../src/sdk/controller-reference.ts';
import type { PodSpec } from './pod-spec.ts';
import type { Volume } from './volume.ts';

type Claiming = Pick<AnyObject, 'metadata'> & { readonly spec: PodSpec };

/** A claim that a pod uses: one that is there for whoever names it, or one of its own that goes with it. */
export interface UsedClaim {
  readonly name: string;
  readonly isOwn: boolean;
}

export const claimsOf = (pod: Claiming): readonly UsedClaim[] =>
  (pod.spec.volumes ?? []).flatMap((volume): readonly UsedClaim[] => {
    if (volume.persistentVolumeClaim !== undefined) {
      return [{ name: volume.persistentVolumeClaim.claimName, isOwn: false }];
    }
    return volume.ephemeral === undefined ? [] : [{ name: ownClaimName(pod, volume), isOwn: true }];
  });

/** Of a volume that is claimed for this pod alone. */
export const ownClaimName = ({ metadata }: Pick<AnyObject, 'metadata'>, { name }: Pick<Volume, 'name'>): string =>
  `${metadata.name}-${name}`;

/** Why a claim is not the pod's own, although it is called so; `undefined` if it is. */
export function foreignClaim({ metadata }: Pick<AnyObject, 'metadata'>, claim: AnyObject): string | undefined {
  if (controllerOf(claim)?.uid === metadata.uid) return undefined;
  const { name, namespace = '' } = claim.metadata;
  return `PVC ${namespace}/${name} was not created for pod ${metadata.namespace ?? ''}/${metadata.name} (pod is not owner)`;
}
