import type { Cache } from '../../../src/sdk/caches.ts';
import type { PersistentVolume } from '../../kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import { claimsOf, foreignClaim } from '../../kinds/core/v1/pod-claims.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import { storageClassOf } from '../../kinds/core/v1/storage-class-of.ts';
import { isBound } from '../../kinds/core/v1/volume-binding.ts';
import type { CSIDriver } from '../../kinds/storage/v1/csi-driver.ts';
import type { CSIStorageCapacity } from '../../kinds/storage/v1/csi-storage-capacity.ts';
import type { StorageClass } from '../../kinds/storage/v1/storage-class.ts';

export interface VolumeCaches {
  readonly volumes: Cache<PersistentVolume>;
  readonly claims: Cache<PersistentVolumeClaim>;
  readonly classes: Cache<StorageClass>;
  readonly drivers: Cache<CSIDriver>;
  readonly capacities: Cache<CSIStorageCapacity>;
}

/** The claims of a pod, or why it cannot be placed anywhere yet, in upstream's words. */
export type PodClaims =
  | { readonly type: 'none' }
  | { readonly type: 'unready'; readonly reason: string }
  | {
      readonly type: 'ready';
      readonly bound: readonly PersistentVolumeClaim[];
      /** To be bound on the node that is chosen. */
      readonly delayed: readonly PersistentVolumeClaim[];
    };

export function podClaims(pod: Pod, { claims, classes }: Pick<VolumeCaches, 'claims' | 'classes'>): PodClaims {
  const used = claimsOf(pod);
  if (used.length === 0) return { type: 'none' };
  const bound: PersistentVolumeClaim[] = [];
  const delayed: PersistentVolumeClaim[] = [];
  let isWaiting = false;
  for (const { name, isOwn } of used) {
    const claim = claims.get(name, pod.metadata.namespace);
    const subject = `persistentvolumeclaim ${JSON.stringify(name)}`;
    if (claim === undefined) {
      const reason = isOwn
        ? `waiting for ephemeral volume controller to create the ${subject}`
        : `${subject} not found`;
      return { type: 'unready', reason };
    }
    if (claim.status.phase === 'Lost') {
      const lost = `${subject} bound to non-existent persistentvolume ${JSON.stringify(claim.spec.volumeName ?? '')}`;
      return { type: 'unready', reason: lost };
    }
    if (claim.metadata.deletionTimestamp !== undefined)
      return { type: 'unready', reason: `${subject} is being deleted` };
    const foreign = isOwn ? foreignClaim(pod, claim) : undefined;
    if (foreign !== undefined) return { type: 'unready', reason: foreign };
    if (isBound(claim)) bound.push(claim);
    else if (isDelayed(claim, classes)) delayed.push(claim);
    else isWaiting = true;
  }
  if (isWaiting) return { type: 'unready', reason: 'pod has unbound immediate PersistentVolumeClaims' };
  return { type: 'ready', bound, delayed };
}

/** A claim whose volume is named already does not wait for a node. */
const isDelayed = (claim: PersistentVolumeClaim, classes: Cache<StorageClass>): boolean =>
  (claim.spec.volumeName ?? '') === '' &&
  classes.get(storageClassOf(claim))?.volumeBindingMode === 'WaitForFirstConsumer';
