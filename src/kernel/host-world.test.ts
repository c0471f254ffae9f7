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
