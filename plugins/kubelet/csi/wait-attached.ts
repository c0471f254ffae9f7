import type { Client } from '../../../src/api/client.ts';
import { isStatusError } from '../../../src/api/status-error.ts';
import { backoffMs } from '../../../src/base/backoff.ts';
import type { World } from '../../../src/base/world.ts';
import { attachmentName } from '../../kinds/storage/v1/attachment-name.ts';
import { VolumeAttachment } from '../../kinds/storage/v1/volume-attachment.ts';
import { ATTACH_LOOK, ATTACH_WAIT_MS } from '../limits.ts';
import { VolumeError } from '../volumes/volume-error.ts';
import type { CsiVolume } from './csi-volume.ts';

/**
 * Resolves with what attaching the volume came to, once its VolumeAttachment says that it is. A node may only read
 * the one it knows by name, so that it looks again and again, as upstream's does.
 */
export async function waitAttached(
  { client, world }: { readonly client: Client; readonly world: Pick<World, 'clock' | 'timers'> },
  { driver, handle }: CsiVolume,
  nodeName: string,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const name = attachmentName({ driver, handle }, nodeName);
  const beganMs = world.clock.monotonicMs();
  for (let looks = 1; world.clock.monotonicMs() - beganMs < ATTACH_WAIT_MS; looks++) {
    const found = await client.get(VolumeAttachment, { name }).catch((error: unknown) => {
      // Until it is there nothing relates it to this node.
      if (isStatusError(error, 'NotFound', 'Forbidden')) return undefined;
      throw error;
    });
    const isGoing = found?.metadata.deletionTimestamp !== undefined;
    if (found?.status.attached === true && !isGoing) return found.status.attachmentMetadata ?? {};
    await world.timers.sleep(backoffMs(looks, ATTACH_LOOK), signal);
  }
  const message = `timed out waiting for external-attacher of ${driver} CSI driver to attach volume ${handle}`;
  throw new VolumeError('NotFound', message);
}
