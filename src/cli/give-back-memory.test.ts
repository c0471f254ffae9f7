import { getHeapStatistics } from 'node:v8';
import { expect, it } from 'vitest';
import { hostWorld } from '../kernel/host-world.ts';
import { giveBackMemory } from './give-back-memory.ts';

it('lets the heap shrink once a burst of work is over', async () => {
  // What outlives collections until it is let go: only a full one finds out that it is free.
  let burst: unknown[] = Array.from({ length: 400_000 }, (_, index) => ({ index, text: `text ${index}` }));
  const held = getHeapStatistics().total_heap_size;
  expect(burst).toHaveLength(400_000);
  burst = [];
  const { timers } = hostWorld();
  let freed = 0;
  using _memory = giveBackMemory({ ...timers, after: (_delayMs, run) => timers.after(100, run) }, async () => {
    freed++;
  });
  const alive = setInterval(() => undefined, 100);
  try {
    await expect
      .poll(() => held - getHeapStatistics().total_heap_size, { timeout: 30_000, interval: 200 })
      .toBeGreaterThan(16 * 2 ** 20);
    expect(freed).toBeGreaterThan(0);
  } finally {
    clearInterval(alive);
  }
}, 40_000);
