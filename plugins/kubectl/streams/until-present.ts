import type { Call } from '../command/verb.ts';

const POLL_MS = 250;

/** Asks again until there is something or time is up. */
export async function untilPresent<T>(
  { world }: Pick<Call, 'world'>,
  timeoutMs: number,
  ask: () => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const end = world.clock.monotonicMs() + timeoutMs;
  for (;;) {
    const found = await ask();
    if (found.length > 0 || world.clock.monotonicMs() >= end) return found;
    await world.timers.sleep(POLL_MS);
  }
}
