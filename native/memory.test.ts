import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { native } from './index.ts';

it('gives back what was freed between things that stay', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const blocks = Array.from({ length: 20_000 }, () => Buffer.alloc(4096, 1));
  const full = process.memoryUsage().rss;
  const kept = blocks.filter((_block, index) => index % 50 === 0);
  blocks.length = 0;
  const given = async (): Promise<number> => {
    collect();
    await native().giveBackFreeMemory();
    return full - process.memoryUsage().rss;
  };
  await expect.poll(given, { timeout: 15_000, interval: 100 }).toBeGreaterThan(40 * 2 ** 20);
  expect(kept.every(block => block[0] === 1)).toBe(true);
});
