import type { Client } from '../../../src/api/client.ts';
import { isStatusError } from '../../../src/api/status-error.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { TRACKING_FINALIZER } from './job-facts.ts';

/** Lets a pod go that is counted, or that nobody will count. */
export async function releasePod(client: Client, { metadata }: Pod): Promise<void> {
  const { name, namespace = '', uid } = metadata;
  const body = { metadata: { uid, '$deleteFromPrimitiveList/finalizers': [TRACKING_FINALIZER] } };
  try {
    await client.patch(Pod, { name, namespace }, { type: 'strategic', body });
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error;
  }
}
