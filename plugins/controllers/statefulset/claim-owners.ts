import type { AnyObject, OwnerReference } from '../../../src/api/object-meta.ts';
import { controllerReference } from '../../../src/sdk/controller-reference.ts';
import type { StatefulSet } from '../../kinds/apps/v1/stateful-set.ts';
import type { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';

/** Names `owner`, whichever object of that name. */
const isNamed = (reference: OwnerReference, owner: AnyObject): boolean =>
  reference.apiVersion === owner.apiVersion && reference.kind === owner.kind && reference.name === owner.metadata.name;

const isStale = (references: readonly OwnerReference[], owner: AnyObject): boolean =>
  references.some(reference => isNamed(reference, owner) && reference.uid !== owner.metadata.uid);

/** A pod of that name had the claim, and the claim goes with it. */
export function isLeftBy(podName: string, { metadata }: PersistentVolumeClaim): boolean {
  return (metadata.ownerReferences ?? []).some(
    ({ apiVersion, kind, name }) => apiVersion === 'v1' && kind === 'Pod' && name === podName,
  );
}

/** Somebody else controls the claim, which the set would let go when it is not needed. */
export function hasOtherController(set: StatefulSet, pod: Pod, { metadata }: PersistentVolumeClaim): boolean {
  const { whenDeleted, whenScaled } = set.spec.persistentVolumeClaimRetentionPolicy;
  if (whenDeleted === 'Retain' && whenScaled === 'Retain') return false;
  const references = metadata.ownerReferences ?? [];
  if (isStale(references, set) || isStale(references, pod)) return true;
  return references.some(
    reference => reference.controller === true && !isNamed(reference, set) && !isNamed(reference, pod),
  );
}

/**
 * Whose going takes a claim with it, by the set's retention policy: the set, or the pod once it is scaled away.
 * `undefined` where its owners are right as they are, or somebody else's business.
 */
export function plannedOwners(
  set: StatefulSet,
  pod: Pod,
  claim: PersistentVolumeClaim,
  isScaledAway: boolean,
): readonly OwnerReference[] | undefined {
  const references = claim.metadata.ownerReferences ?? [];
  if (isStale(references, set) || isStale(references, pod)) return undefined;
  const own = references.filter(({ uid }) => uid === set.metadata.uid || uid === pod.metadata.uid);
  const others = references.filter(reference => !isNamed(reference, set) && !isNamed(reference, pod));
  if (hasOtherController(set, pod, claim)) return own.length === 0 ? undefined : others;
  const { whenDeleted, whenScaled } = set.spec.persistentVolumeClaimRetentionPolicy;
  const goesWithPod = whenScaled === 'Delete' && isScaledAway;
  const goesWithSet = whenDeleted === 'Delete' && !goesWithPod;
  const wanted = [...(goesWithSet ? [set] : []), ...(goesWithPod ? [pod] : [])];
  const isRight =
    own.length === wanted.length &&
    own.every(({ controller }) => controller === true) &&
    wanted.every(({ metadata }) => own.some(({ uid }) => uid === metadata.uid));
  return isRight ? undefined : [...others, ...wanted.map(controllerReference)];
}
