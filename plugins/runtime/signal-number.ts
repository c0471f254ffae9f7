import { constants } from 'node:os';

/** From `SIGTERM`, `TERM` or `15`; names of real-time signals count from SIGRTMIN. Throws for what is none. */
export function signalNumber(signal: string): number {
  if (/^\d{1,2}$/.test(signal)) return Number(signal);
  const name = signal.startsWith('SIG') ? signal : `SIG${signal}`;
  const known = Object.entries(constants.signals).find(([each]) => each === name)?.[1];
  if (known !== undefined) return known;
  const realTime = /^SIGRTM(IN|AX)([+-]\d{1,2})?$/.exec(name);
  if (realTime === null) throw new RangeError(`unknown signal "${signal}"`);
  return (realTime[1] === 'IN' ? 34 : 64) + Number(realTime[2] ?? 0);
}
