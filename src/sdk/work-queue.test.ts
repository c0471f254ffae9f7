import { describe, expect, it } from 'vitest';
import { manualWorld } from './testing/manual-world.ts';
import { WorkQueue } from './work-queue.ts';

const drain = (queue: WorkQueue): readonly string[] => {
  const keys: string[] = [];
  for (let key = queue.take(); key !== undefined; key = queue.take()) keys.push(key);
  return keys;
};

describe('WorkQueue', () => {
  it('holds each key once, in order of arrival', () => {
    const queue = new WorkQueue(manualWorld());
    for (const key of ['a', 'b', 'a', 'c', 'b']) queue.add(key);
    expect(drain(queue)).toEqual(['a', 'b', 'c']);
  });

  it('gives a key added meanwhile back only after it is done', () => {
    const queue = new WorkQueue(manualWorld());
    queue.add('a');
    expect(queue.take()).toBe('a');
    queue.add('a');
    expect(queue.take()).toBeUndefined();
    queue.done('a');
    expect(drain(queue)).toEqual(['a']);
  });

  it('waits longer with each failure, from 5 ms to 1000 s, until forgotten', async () => {
    const world = manualWorld();
    const queue = new WorkQueue(world);
    const waits: number[] = [];
    for (let failures = 0; failures < 20; failures++) {
      const from = world.clock.now();
      queue.retry('a');
      while (queue.length === 0) await world.advance(failures < 8 ? 5 : 640);
      waits.push(world.clock.now() - from);
      queue.take();
      queue.done('a');
    }
    expect(waits.slice(0, 5)).toEqual([5, 10, 20, 40, 80]);
    expect(waits.at(-1)).toBeGreaterThanOrEqual(1_000_000);
    expect(waits.at(-1)).toBeLessThan(1_001_000);
    queue.forget('a');
    queue.retry('a');
    await world.advance(5);
    expect(queue.length).toBe(1);
  });

  it('keeps the shorter of two waits', async () => {
    const world = manualWorld();
    const queue = new WorkQueue(world);
    queue.addAfter('a', 1000);
    queue.addAfter('a', 10);
    queue.addAfter('a', 5000);
    await world.advance(10);
    expect(drain(queue)).toEqual(['a']);
    queue.done('a');
    await world.advance(10_000);
    expect(queue.length).toBe(0);
  });

  it('gives nothing once closed', async () => {
    const world = manualWorld();
    const queue = new WorkQueue(world);
    queue.addAfter('a', 10);
    queue.close();
    queue.add('b');
    await world.advance(100);
    expect(drain(queue)).toEqual([]);
  });
});
