import type { Client } from '../../../src/api/client.ts';
import { messageOf } from '../../../src/base/message-of.ts';
import type { World } from '../../../src/base/world.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { EventRecorder } from '../../../src/sdk/events.ts';
import { PersistentVolume } from '../../kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import { GROWTH_LOOK_MS } from '../limits.ts';
import type { Pod } from '../pod.ts';
import { NODE_CAPABILITY } from './csi-rpcs.ts';
import type { CsiVolume, ObjectPlace } from './csi-volume.ts';
import { grownStatus, growthOf } from './plan-growth.ts';
import type { PublishedVolume, VolumeMounts } from './volume-mounts.ts';

export interface VolumeGrowthDeps {
  readonly world: Pick<World, 'clock'>;
  readonly log: Logger;
  readonly client: Client;
  readonly recorder: EventRecorder;
  readonly nodeName: string;
  readonly mounts: Pick<VolumeMounts, 'expand'>;
}

/** The node's part of volumes that grow while pods have them. */
export class VolumeGrowth {
  readonly #deps: VolumeGrowthDeps;

  constructor(deps: VolumeGrowthDeps) {
    this.#deps = deps;
  }

  /** A node may not watch claims: those of drivers that have a part of it to do are looked at again and again. */
  async look(pod: Pod, volume: CsiVolume, mounted: PublishedVolume): Promise<PublishedVolume> {
    const { claim, readOnly, name } = volume;
    if (claim === undefined || readOnly || !mounted.facts.capabilities.has(NODE_CAPABILITY.expand)) return mounted;
    try {
      await this.#grow(pod, volume, claim, mounted);
    } catch (error) {
      // It is mounted all the same.
      const reason = messageOf(error);
      this.#tell(
        pod,
        'Warning',
        'VolumeResizeFailed',
        `NodeExpandVolume.NodeExpandVolume failed for volume "${name}" : ${reason}`,
      );
      this.#deps.log.warn('a volume did not grow', { volume: name, error });
    }
    const lookAtMs = this.#deps.world.clock.now() + GROWTH_LOOK_MS;
    return { ...mounted, renewAtMs: Math.min(mounted.renewAtMs ?? Infinity, lookAtMs) };
  }

  async #grow(pod: Pod, volume: CsiVolume, place: ObjectPlace, mounted: PublishedVolume): Promise<void> {
    const { client, mounts, nodeName } = this.#deps;
    const claim = await client.get(PersistentVolumeClaim, place);
    const growth = growthOf(claim, await client.get(PersistentVolume, { name: volume.name }));
    if (growth === undefined) return;
    await mounts.expand(volume, mounted, growth.bytes);
    const { uid } = claim.metadata;
    const body = { metadata: { uid }, status: grownStatus(claim, growth) };
    await client.patch(PersistentVolumeClaim, place, { type: 'merge', body }, { subresource: 'status' });
    const message = `MountVolume.NodeExpandVolume succeeded for volume "${volume.name}" ${nodeName}`;
    this.#tell(pod, 'Normal', 'FileSystemResizeSuccessful', message);
  }

  #tell({ metadata }: Pod, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const { name, namespace = '', uid } = metadata;
    this.#deps.recorder.event({ apiVersion: 'v1', kind: 'Pod', name, namespace, uid }, type, reason, message);
  }
}
