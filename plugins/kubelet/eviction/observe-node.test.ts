import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { observeNode } from './observe-node.ts';

const { files } = hostWorld();
const NODE = ['memory.available', 'nodefs.available', 'nodefs.inodesFree', 'pid.available'];
const disk = { capacityBytes: 100, availableBytes: 10, inodes: 50, inodesFree: 5 };

async function observed(device: number) {
  return observeNode(files, tmpdir(), async () => ({ ...disk, device }));
}

it('sees of a node what it has left, and of images what they have to themselves', async () => {
  const { dev } = await files.stat(tmpdir());
  expect((await observed(dev)).map(({ signal }) => signal)).toEqual(NODE);
  const apart = await observed(dev + 1);
  expect(apart.filter(({ signal }) => !NODE.includes(signal))).toEqual([
    { signal: 'imagefs.available', available: 10, capacity: 100 },
    { signal: 'imagefs.inodesFree', available: 5, capacity: 50 },
  ]);
  const memory = apart.find(({ signal }) => signal === 'memory.available');
  expect(memory?.available).toBeGreaterThan(0);
  expect(memory?.available).toBeLessThanOrEqual(memory?.capacity ?? 0);
});
