import type { Client } from '../../../src/api/client.ts';
import { isStatusError } from '../../../src/api/status-error.ts';
import { PersistentVolume } from '../../kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import { isBound, isMeantFor } from '../../kinds/core/v1/volume-binding.ts';
import { claimsOf, foreignClaim } from '../../kinds/core/v1/pod-claims.ts';
import type { Pod } from '../pod.ts';
import { VolumeError } from './volume-error.ts';

/** Volumes that pods claim. Once bound they do not change, and are not asked for again. */
export class ClaimedVolumes {
  readonly #client: Client;
  readonly #found = new Map<string, Map<string, PersistentVolume>>();

  constructor(client: Client) {
    this.#client = client;
  }

  async find(pod: Pod, claimName: string): Promise<PersistentVolume> {
    const { metadata } = pod;
    const ofPod = this.#found.get(metadata.uid) ?? new Map<string, PersistentVolume>();
    this.#found.set(metadata.uid, ofPod);
    const known = ofPod.get(claimName);
    if (known !== undefined) return known;
    const volume = await this.#ask(pod, claimName);
    ofPod.set(claimName, volume);
    return volume;
  }

  forget(podUid: string): void {
    this.#found.delete(podUid);
  }

  async #ask(pod: Pod, name: string): Promise<PersistentVolume> {
    const { namespace = '' } = pod.metadata;
    const subject = `error processing PVC ${namespace}/${name}`;
    try {
      const claim = await this.#client.get(PersistentVolumeClaim, { name, namespace });
      const isOwn = claimsOf(pod).some(used => used.isOwn && used.name === name);
      const foreign = isOwn ? foreignClaim(pod, claim) : undefined;
      if (foreign !== undefined) throw new VolumeError('Invalid', `${subject}: ${foreign}`);
      if (claim.metadata.deletionTimestamp !== undefined && !isBound(claim)) {
        throw new VolumeError('NotFound', `${subject}: PVC is being deleted`);
      }
      if (!isBound(claim)) throw new VolumeError('NotFound', `${subject}: PVC is not bound`);
      const volume = await this.#client.get(PersistentVolume, { name: claim.spec.volumeName ?? '' });
      if (isMeantFor(volume, claim)) return volume;
      throw new VolumeError('Invalid', `${subject}: PV ${volume.metadata.name} is bound to another claim`);
    } catch (error) {
      if (!isStatusError(error)) throw error;
      throw new VolumeError('NotFound', `${subject}: ${error.message}`, { cause: error });
    }
  }
}
