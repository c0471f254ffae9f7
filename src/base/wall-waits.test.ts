import { expect, it } from 'vitest';
import { WallWaits } from './wall-waits.ts';

const SPAN_MS = 10_000;
const DAY_MS = 86_400_000;

it.each([
  ['nobody sets the clock', 0, 4_000, 6_000],
  ['it has passed', 0, 10_000, 0],
  ['the clock was set on by an hour', 3_600_000, 1_000, 0],
  ['the clock was set right by half a second', -500, 4_000, 6_000],
  ['the clock was set back by a day', -DAY_MS, 4_000, 6_000],
  ['the clock was set back by a day, and it has passed', -DAY_MS, 10_000, 0],
])('of a wait of ten seconds so much is left, when %s', (_, setMs, passedMs, leftMs) => {
  let monotonicMs = 0;
  let offsetMs = 5 * DAY_MS;
  const waits = new WallWaits({
    now: () => monotonicMs + offsetMs,
    monotonicMs: () => monotonicMs,
    cpuMs: () => 0,
  });
  const untilMs = 5 * DAY_MS + SPAN_MS;
  expect(waits.leftMs(untilMs, SPAN_MS)).toBe(SPAN_MS);
  offsetMs += setMs;
  monotonicMs = passedMs;
  expect(waits.leftMs(untilMs, SPAN_MS)).toBe(leftMs);
  // Asked again: what is over stays so.
  expect(waits.leftMs(untilMs, SPAN_MS)).toBe(leftMs);
});
