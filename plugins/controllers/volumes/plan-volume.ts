import type { PersistentVolume } from '../../kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeStatus } from '../../kinds/core/v1/persistent-volume-spec.ts';
import type { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import { BOUND_BY_CONTROLLER, PROVISIONED_BY } from '../../kinds/core/v1/volume-binding.ts';

/** What a volume is, by the claim it names. */
export type VolumePlan =
  | { readonly act: 'show'; readonly phase: PersistentVolumeStatus['phase']; readonly failure?: VolumeFailure }
  /** Its claim has another one: it is free again. */
  | { readonly act: 'free'; readonly keepsName: boolean };

export interface VolumeFailure {
  readonly reason: 'VolumeFailedRecycle';
  readonly message: string;
}

/** `claim` is the one of that name, as the API has it now. */
export function planVolume(volume: PersistentVolume, claim: PersistentVolumeClaim | undefined): VolumePlan {
  const { claimRef, persistentVolumeReclaimPolicy: policy } = volume.spec;
  if (claimRef === undefined || (claimRef.uid ?? '') === '') return { act: 'show', phase: 'Available' };
  if (claim === undefined || claim.metadata.uid !== claimRef.uid) return released(volume);
  const { volumeName = '' } = claim.spec;
  if (volumeName === volume.metadata.name) return { act: 'show', phase: 'Bound' };
  // The claim is being bound.
  if (volumeName === '') return { act: 'show', phase: volume.status.phase };
  const { annotations = {} } = volume.metadata;
  if (annotations[PROVISIONED_BY] !== undefined && policy === 'Delete') return { act: 'show', phase: 'Released' };
  return { act: 'free', keepsName: annotations[BOUND_BY_CONTROLLER] === undefined };
}

function released({ spec, status: { phase } }: PersistentVolume): VolumePlan {
  if (spec.persistentVolumeReclaimPolicy !== 'Recycle') {
    return { act: 'show', phase: phase === 'Failed' ? 'Failed' : 'Released' };
  }
  const message = 'No recycler plugin found for the volume!';
  return { act: 'show', phase: 'Failed', failure: { reason: 'VolumeFailedRecycle', message } };
}
