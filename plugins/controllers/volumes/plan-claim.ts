import type { PersistentVolume } from '../../kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import { storageClassOf } from '../../kinds/core/v1/storage-class-of.ts';
import { bestVolume, isBound, isMeantFor, mismatchOf, SELECTED_NODE } from '../../kinds/core/v1/volume-binding.ts';
import type { StorageClass } from '../../kinds/storage/v1/storage-class.ts';

/** What becomes of a claim. */
export type ClaimPlan =
  | { readonly act: 'bind'; readonly volume: PersistentVolume }
  | { readonly act: 'lose'; readonly reason: 'ClaimLost' | 'ClaimMisbound'; readonly message: string }
  /** Its provisioner is to make a volume. */
  | { readonly act: 'provision'; readonly provisioner: string }
  | { readonly act: 'wait'; readonly event?: ClaimEvent };

export interface ClaimEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: 'FailedBinding' | 'ProvisioningFailed' | 'VolumeMismatch' | 'WaitForFirstConsumer';
  readonly message: string;
}

export interface ClaimFacts {
  readonly volumes: readonly PersistentVolume[];
  volume(this: void, name: string): PersistentVolume | undefined;
  storageClass(this: void, name: string): StorageClass | undefined;
}

/** A class whose volumes are made by hand. */
export const NO_PROVISIONER = 'kubernetes.io/no-provisioner';

export function planClaim(claim: PersistentVolumeClaim, facts: ClaimFacts): ClaimPlan {
  const { volumeName = '' } = claim.spec;
  if (isBound(claim)) return planBound(claim, facts.volume(volumeName));
  if (claim.metadata.deletionTimestamp !== undefined) return { act: 'wait' };
  return volumeName === '' ? planUnbound(claim, facts) : planNamed(claim, facts.volume(volumeName));
}

function planBound(claim: PersistentVolumeClaim, volume: PersistentVolume | undefined): ClaimPlan {
  if (volume === undefined) {
    const message = 'Bound claim has lost its PersistentVolume. Data on the volume is lost!';
    return { act: 'lose', reason: 'ClaimLost', message };
  }
  if (volume.spec.claimRef === undefined || isMeantFor(volume, claim)) return { act: 'bind', volume };
  const message = 'Two claims are bound to the same volume, this one is bound incorrectly';
  return { act: 'lose', reason: 'ClaimMisbound', message };
}

/** Its user chose the volume, which may be still to come. */
function planNamed(claim: PersistentVolumeClaim, volume: PersistentVolume | undefined): ClaimPlan {
  if (volume === undefined) return { act: 'wait' };
  const { name } = volume.metadata;
  if (volume.spec.claimRef === undefined) {
    const mismatch = mismatchOf(volume, claim);
    if (mismatch === undefined) return { act: 'bind', volume };
    const message = `Cannot bind to requested volume "${name}": ${mismatch}`;
    return { act: 'wait', event: { type: 'Warning', reason: 'VolumeMismatch', message } };
  }
  if (isMeantFor(volume, claim)) return { act: 'bind', volume };
  const message = `volume "${name}" already bound to a different claim.`;
  return { act: 'wait', event: { type: 'Warning', reason: 'FailedBinding', message } };
}

function planUnbound(claim: PersistentVolumeClaim, { volumes, storageClass }: ClaimFacts): ClaimPlan {
  const className = storageClassOf(claim);
  const kind = className === '' ? undefined : storageClass(className);
  const isSelected = claim.metadata.annotations?.[SELECTED_NODE] !== undefined;
  const isDelayed = kind?.volumeBindingMode === 'WaitForFirstConsumer' && !isSelected;
  const candidates = kind?.volumeBindingMode === 'WaitForFirstConsumer' ? volumes.filter(isMeant) : volumes;
  const volume = bestVolume(candidates, claim, undefined);
  if (volume !== undefined) return { act: 'bind', volume };
  if (isDelayed) {
    const message = 'waiting for first consumer to be created before binding';
    return { act: 'wait', event: { type: 'Normal', reason: 'WaitForFirstConsumer', message } };
  }
  if (className === '') {
    const message = 'no persistent volumes available for this claim and no storage class is set';
    return { act: 'wait', event: { type: 'Normal', reason: 'FailedBinding', message } };
  }
  if (kind === undefined) {
    const message = `storageclass.storage.k8s.io "${className}" not found`;
    return { act: 'wait', event: { type: 'Warning', reason: 'ProvisioningFailed', message } };
  }
  if (kind.provisioner !== NO_PROVISIONER) return { act: 'provision', provisioner: kind.provisioner };
  const message = 'no volume plugin matched name: kubernetes.io/no-provisioner';
  return { act: 'wait', event: { type: 'Warning', reason: 'ProvisioningFailed', message } };

  /** Which free volume is right for the node only the scheduler can tell. */
  function isMeant(candidate: PersistentVolume): boolean {
    return isMeantFor(candidate, claim);
  }
}
