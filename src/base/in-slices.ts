import type { Clock } from './world.ts';

/** Work on many things goes on for so long before others have the event loop. */
const SLICE_MS = 2;

/** Does `work` with each of `items`, a little of it in each round of the event loop. What either throws ends it. */
export async function inSlices<T>(
  clock: Pick<Clock, 'monotonicMs'>,
  items: Iterable<T>,
  work: (item: T) => void,
): Promise<void> {
  let untilMs = clock.monotonicMs() + SLICE_MS;
  for (const item of items) {
    work(item);
    if (clock.monotonicMs() < untilMs) continue;
    await new Promise<void>(resolve => void setImmediate(resolve));
    untilMs = clock.monotonicMs() + SLICE_MS;
  }
}
