import type { Timers } from '../../../src/base/world.ts';
import { DEAF_CLIENT_MS } from '../limits.ts';

/** What is on its way to a client. */
export interface Outgoing {
  isWaiting(): boolean;
  /** How much was taken so far, in whatever unit. */
  taken(): number;
  cutOff(): void;
}

/** Cuts a client off once what waits for it has not moved for `DEAF_CLIENT_MS`; until disposed of. */
export function leaveDeaf(timers: Timers, outgoing: Outgoing): Disposable {
  let before = -1;
  return timers.every(DEAF_CLIENT_MS, () => {
    if (outgoing.isWaiting() && outgoing.taken() === before) outgoing.cutOff();
    before = outgoing.taken();
  });
}
