import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { IMAGE_LIMITS } from './limits.ts';
import { paced } from './paced.ts';

/** Takes `chunks` of `bytes` each, `stepMs` apart. */
async function take(chunks: number, bytes: number, stepMs: number): Promise<number> {
  let nowMs = 0;
  const clock = { now: () => nowMs, monotonicMs: () => (nowMs += stepMs), cpuMs: () => 0 };
  let taken = 0;
  const body = Readable.from(Array.from({ length: chunks }, () => Buffer.alloc(bytes)));
  for await (const chunk of paced(body, clock)) taken += chunk.length;
  return taken;
}

describe('paced', () => {
  it('gives a body up that brings a byte a second, however long it goes on', async () => {
    await expect(take(100, 1, 1000)).rejects.toMatchObject({
      code: 'Interrupted',
      message: 'the registry is too slow: 61 bytes in the last 61 s',
    });
  });

  it('lets a slow line be slow', async () => {
    const bytesPerSecond = (IMAGE_LIMITS.paceBytes / IMAGE_LIMITS.paceWindowMs) * 1000;
    expect(await take(600, bytesPerSecond * 1.1, 1000)).toBeGreaterThan(IMAGE_LIMITS.paceBytes);
    expect(await take(100, 1, 10)).toBe(100);
  });

  it('remembers no earlier haste: a body that turns slow is given up too', async () => {
    let nowMs = 0;
    const clock = { now: () => nowMs, monotonicMs: () => (nowMs += 1000), cpuMs: () => 0 };
    const body = Readable.from(Array.from({ length: 300 }, (_, i) => Buffer.alloc(i < 65 ? 1 << 20 : 1)));
    await expect(Array.fromAsync(paced(body, clock))).rejects.toThrow('the registry is too slow');
  });
});
