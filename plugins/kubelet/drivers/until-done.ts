import { backoffMs } from '../../../src/base/backoff.ts';
import { unlessOver } from '../../../src/base/unless-over.ts';
import type { World } from '../../../src/base/world.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import { API_RETRY_MAX_MS, API_RETRY_MIN_MS } from '../limits.ts';

export interface UntilDoneDeps {
  readonly world: Pick<World, 'timers'>;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Does `work` until it comes off or `signal` is aborted, with waits that grow; each failure is logged as `failed`, with `facts`. */
export async function untilDone(
  { world, log, signal }: UntilDoneDeps,
  { failed, facts }: { readonly failed: string; readonly facts: object },
  work: () => Promise<void>,
): Promise<void> {
  for (let failures = 1; !signal.aborted; failures++) {
    try {
      return await work();
    } catch (error) {
      log.warn(failed, { ...facts, error });
      const waitMs = backoffMs(failures, { baseMs: API_RETRY_MIN_MS, capMs: API_RETRY_MAX_MS });
      await world.timers.sleep(waitMs, signal).catch(unlessOver(signal, () => undefined));
    }
  }
}
