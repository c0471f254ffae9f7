import type { Native } from '../../native/index.ts';
import { failedWith } from '../../src/base/failed-with.ts';
import type { Timers } from '../../src/base/world.ts';
import { LIMITS } from './limits.ts';

const FIRST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 50;

/**
 * Removes cgroups whose processes were killed, as soon as the last of them is gone. Rejects with EBUSY when one
 * still is in uninterruptible sleep after `LIMITS.cgroupRemovalMs`; no thread waits for it meanwhile. Idempotent.
 */
export async function removeCgroups(
  { native, timers }: { readonly native: Pick<Native, 'removeCgroups'>; readonly timers: Timers },
  paths: readonly string[],
): Promise<void> {
  let pauseMs = FIRST_PAUSE_MS;
  for (let waitedMs = 0; ; waitedMs += pauseMs, pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await native.removeCgroups(paths);
    } catch (error) {
      if (!failedWith(error, 'EBUSY', 'ENOTEMPTY') || waitedMs >= LIMITS.cgroupRemovalMs) throw error;
    }
    await timers.sleep(pauseMs);
  }
}
