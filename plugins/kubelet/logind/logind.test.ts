import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { native } from '../../../native/index.ts';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { FakeLogind, hasBusDaemon } from '../testing/fake-logind.ts';
import type { BusError } from './bus-message.ts';
import { Logind } from './logind.ts';

const world = hostWorld();

function openOn(fake: Pick<FakeLogind, 'socket' | 'settings'>) {
  const seen: (boolean | BusError['code'])[] = [];
  // Settings are looked at without waiting.
  const timers = { ...world.timers, sleep: async () => undefined };
  const deps = { native: native(), timers, files: world.files, bus: fake.socket, settings: fake.settings };
  const opened = Logind.open(deps, {
    shutdown: isComing => seen.push(isComing),
    ended: ({ code }) => seen.push(code),
  });
  return { opened, seen };
}

async function started() {
  const fake = await FakeLogind.start();
  const { opened, seen } = openOn(fake);
  const logind = await opened;
  onTestFinished(async () => {
    logind[Symbol.dispose]();
    await fake[Symbol.asyncDispose]();
  });
  return { fake, logind, seen };
}

describe.skipIf(!hasBusDaemon)('logind', () => {
  it('is asked to wait as upstream asks, by a lock that is a descriptor', async () => {
    const { fake, logind, seen } = await started();
    const lock = await logind.inhibit();
    expect(fake.asked).toEqual(['Inhibit shutdown kubelet Kubelet needs time to handle node shutdown delay']);
    expect(fake.isHeldUp).toBe(true);
    lock[Symbol.dispose]();
    expect(fake.isHeldUp).toBe(false);
    fake.prepareForShutdown(true);
    fake.prepareForShutdown(false);
    await expect.poll(() => seen).toEqual([true, false]);
  });

  it('is told how long it has to let others hold it up, where that is longer than it would', async () => {
    const { fake, logind } = await started();
    await logind.allowMs(5000);
    expect(fake.asked).toHaveLength(1);
    await logind.allowMs(5500);
    expect(await readFile(join(fake.settings, '99-kubelet.conf'), 'utf8')).toMatch(
      /\n\[Login\]\nInhibitDelayMaxSec=6\n$/,
    );
    fake.isStubborn = true;
    await expect(logind.allowMs(90_000)).rejects.toThrow(
      'waiting for logind InhibitDelayMaxSec to update to 90s (ShutdownGracePeriod), current value is 6s',
    );
  });

  it('may go, or not be there', async () => {
    const { fake, logind, seen } = await started();
    fake.stop();
    await expect.poll(() => seen).toEqual(['Lost']);
    await expect(logind.inhibit()).rejects.toMatchObject({ code: 'Lost' });
    await expect(openOn(fake).opened).rejects.toMatchObject({ code: expect.stringMatching(/ENOENT|ECONNREFUSED/) });
  });
});
