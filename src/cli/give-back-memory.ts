import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Timers } from '../base/world.ts';

/** Without a collection of V8's own for so long, the process is idle. */
const QUIET_MS = 2_000;
/** Less is not worth a collection, and so much would hold the event loop up for too long. */
const WORTH_BYTES = 12 * 2 ** 20;
const LARGEST_BYTES = 192 * 2 ** 20;
/** Of the whole process: the allocator goes through all it has freed, a millisecond for some 5 MB. */
const LARGEST_RESIDENT_BYTES = 384 * 2 ** 20;

/**
 * V8 keeps what a start or a burst of work made it take: collections are its only chance to let go, and an idle
 * process has none. So once all is quiet after some, there is one more, which gives back what is free; and then the
 * allocator of C and C++ does, by `giveBackFreeMemory`. Nothing runs while nothing happens.
 */
export function giveBackMemory(timers: Timers, giveBackFreeMemory: () => Promise<void>): Disposable {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (how: { readonly type: 'major'; readonly flavor: 'last-resort' }) => void;
  let timer: Disposable | undefined;
  let isOurs = false;
  let leftBytes = 0;
  const giveBackFreed = async (): Promise<void> => {
    const resident = process.memoryUsage.rss();
    if (resident - leftBytes < WORTH_BYTES || resident > LARGEST_RESIDENT_BYTES) return;
    await giveBackFreeMemory();
    leftBytes = process.memoryUsage.rss();
  };
  const giveBack = (): void => {
    const { total_heap_size: held, used_heap_size: used } = getHeapStatistics();
    if (held - used >= WORTH_BYTES && used <= LARGEST_BYTES) {
      isOurs = true;
      collect({ type: 'major', flavor: 'last-resort' });
    }
    void giveBackFreed();
  };
  const watch = new PerformanceObserver(() => {
    timer?.[Symbol.dispose]();
    if (!isOurs) timer = timers.after(QUIET_MS, giveBack);
    isOurs = false;
  });
  watch.observe({ entryTypes: ['gc'] });
  timer = timers.after(QUIET_MS, giveBack);
  return {
    [Symbol.dispose]: () => {
      watch.disconnect();
      timer?.[Symbol.dispose]();
    },
  };
}
