import { controllerOf } from '../../../src/sdk/controller-reference.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import { DEVICES_FINALIZER } from '../../kinds/resource/v1/pod-device-claims.ts';
import type { ResourceClaim } from '../../kinds/resource/v1/resource-claim.ts';
import type { ResourceClaimStatus } from '../../kinds/resource/v1/resource-claim-status.ts';
import { isFinished, isTerminating } from '../pod-facts.ts';

export interface Upkeep {
  /** To be written before anything else. */
  readonly status?: ResourceClaimStatus;
  /** It holds no devices any more, and nothing keeps it. */
  readonly isFreed: boolean;
  /** It was made for a pod that needs it no more. */
  readonly isDeleted: boolean;
}

/** It will not run any more, or never did and never will. */
export const isPodDone = (pod: Pod): boolean =>
  isFinished(pod) || (isTerminating(pod) && (pod.spec.nodeName ?? '') === '');

/** What becomes of a claim, `gone` being the uids of consumers that need it no more and `owner` the pod of the name it was made for. */
export function planUpkeep(claim: ResourceClaim, gone: ReadonlySet<string>, owner: Pod | undefined): Upkeep {
  const { metadata, status } = claim;
  const before = status.reservedFor ?? [];
  const left = before.filter(({ uid }) => !gone.has(uid));
  const isHeld = metadata.finalizers?.includes(DEVICES_FINALIZER) === true;
  const isOver = left.length === 0 && isHeld && (before.length > 0 || metadata.deletionTimestamp !== undefined);
  const isDeleted =
    left.length === 0 &&
    metadata.deletionTimestamp === undefined &&
    owner !== undefined &&
    (owner.metadata.uid !== controllerOf(claim)?.uid || isPodDone(owner));
  const { allocation, reservedFor: _before, ...rest } = status;
  const isChanged = left.length < before.length || (isOver && allocation !== undefined);
  if (!isChanged) return { isFreed: isOver, isDeleted };
  return {
    status: {
      ...rest,
      ...(allocation === undefined || isOver ? {} : { allocation }),
      ...(left.length === 0 ? {} : { reservedFor: left }),
    },
    isFreed: isOver,
    isDeleted,
  };
}
