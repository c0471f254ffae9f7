import { setTimeout as sleep } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import { hostWorld } from '../../kernel/host-world.ts';
import { giveBackMemory } from '../give-back-memory.ts';

/** How large the heap is after a burst of work, once it shrank or half a minute is over. Prints one line of JSON. */
const SHRUNK_BYTES = 16 * 2 ** 20;
const PATIENCE_MS = 30_000;
const heapBytes = (): number => getHeapStatistics().total_heap_size;

// What outlives collections until it is let go: only a full one finds out that it is free.
let burst: unknown[] = Array.from({ length: 400_000 }, (_, index) => ({ index, text: `text ${index}` }));
const heldBytes = burst.length > 0 ? heapBytes() : 0;
burst = [];
const { timers } = hostWorld();
let freed = 0;
{
  using _memory = giveBackMemory({ ...timers, after: (_delayMs, run) => timers.after(100, run) }, async () => {
    freed++;
  });
  for (let waitedMs = 0; waitedMs < PATIENCE_MS && heldBytes - heapBytes() < SHRUNK_BYTES; waitedMs += 200)
    await sleep(200);
}
console.log(JSON.stringify({ heldBytes, keptBytes: heapBytes(), freed }));
