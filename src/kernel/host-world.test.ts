import { describe, expect, it } from 'vitest';
import { hostWorld } from './host-world.ts';

describe("this machine's clock of processor time", () => {
  it('never passes faster than time itself, however short the while', () => {
    const { clock } = hostWorld();
    for (let count = 0; count < 200; count++) {
      const [began, cpu] = [clock.monotonicMs(), clock.cpuMs()];
      while (clock.monotonicMs() - began < 0.5) continue;
      const used = clock.cpuMs() - cpu;
      expect(used).toBeLessThan(clock.monotonicMs() - began + 0.1);
    }
  });
});

describe("this machine's timers", () => {
  it('never come early, be it by a part of a millisecond', async () => {
    const { clock, timers } = hostWorld();
    const waits = Array.from({ length: 60 }, (_, n) => 1 + n / 10);
    for (const wait of [
      (ms: number) => timers.sleep(ms),
      (ms: number) => new Promise<void>(run => timers.after(ms, run)),
    ]) {
      const early = await Promise.all(
        waits.map(async ms => {
          // As most are: begun within a millisecond, not at its first moment.
          await timers.sleep(ms / 2);
          const began = clock.monotonicMs();
          await wait(ms);
          return clock.monotonicMs() - began < ms;
        }),
      );
      expect(early).not.toContain(true);
    }
  });

  it('do not come once they are disposed of, or their sleep is aborted', async () => {
    const { timers } = hostWorld();
    let came = 0;
    const timer = timers.after(2, () => void (came += 1));
    const over = new AbortController();
    const asleep = timers.sleep(2, over.signal);
    timer[Symbol.dispose]();
    over.abort(new Error('over'));
    await expect(asleep).rejects.toThrow('over');
    await timers.sleep(10);
    expect(came).toBe(0);
  });
});
