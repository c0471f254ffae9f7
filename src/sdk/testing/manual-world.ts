import type { Timers, World } from '../../base/world.ts';
import { hostWorld } from '../../kernel/host-world.ts';

/** A world whose time moves only by `advance`, and whose randomness is a fixed middle. */
export interface ManualWorld extends World {
  /** Moves the clock, running what falls due in order, and lets promises settle in between. */
  advance(ms: number): Promise<void>;
  /** How many timers wait. */
  readonly pending: number;
}

export function manualWorld(startMs = Date.UTC(2026, 0, 1)): ManualWorld {
  let now = startMs;
  let order = 0;
  const due = new Map<number, { readonly at: number; readonly run: () => void }>();
  const after = (delayMs: number, run: () => void): Disposable => {
    const id = (order += 1);
    due.set(id, { at: now + delayMs, run });
    return { [Symbol.dispose]: () => void due.delete(id) };
  };
  const timers: Timers = {
    after,
    every(periodMs, run) {
      let current = after(periodMs, function again() {
        current = after(periodMs, again);
        run();
      });
      return { [Symbol.dispose]: () => current[Symbol.dispose]() };
    },
    sleep: (delayMs, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const timer = after(delayMs, resolve);
        signal?.addEventListener('abort', () => {
          timer[Symbol.dispose]();
          reject(signal.reason);
        });
      }),
  };
  return {
    ...hostWorld(),
    clock: { now: () => now, monotonicMs: () => now, cpuMs: () => 0 },
    random: { ...hostWorld().random, fraction: () => 0.5 },
    timers,
    get pending() {
      return due.size;
    },
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (;;) {
        const next = [...due].filter(([, { at }]) => at <= end).sort((a, b) => a[1].at - b[1].at || a[0] - b[0])[0];
        if (next === undefined) break;
        due.delete(next[0]);
        now = Math.max(now, next[1].at);
        next[1].run();
        await settle();
      }
      now = end;
    },
  };
}

const settle = (): Promise<void> => new Promise(resolve => void setImmediate(resolve));
