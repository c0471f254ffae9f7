import { backoffMs, type BackoffOptions } from '../../src/base/backoff.ts';
import type { World } from '../../src/base/world.ts';
import { StoreError } from '../../src/store/store.ts';

export interface OpenWithin<T> {
  readonly world: Pick<World, 'clock' | 'timers'>;
  readonly deadlineMs: number;
  readonly backoff: BackoffOptions;
  readonly signal: AbortSignal;
  readonly open: () => Promise<T>;
}

/** Opens what may not answer yet, as where all of a machine starts at once. Rejects with the last reason. */
export async function openWithin<T>({ world, deadlineMs, backoff, signal, open }: OpenWithin<T>): Promise<T> {
  const beganMs = world.clock.monotonicMs();
  for (let attempt = 1; ; attempt++) {
    try {
      return await open();
    } catch (error) {
      const isLate = world.clock.monotonicMs() - beganMs > deadlineMs;
      if (!(error instanceof StoreError) || error.code !== 'Unanswered' || isLate) throw error;
    }
    await world.timers.sleep(backoffMs(attempt, backoff), signal);
  }
}
