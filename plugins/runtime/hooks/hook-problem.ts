import type { HookMoment } from '../contract.ts';

/** How a hook is called in messages, by its place among those of its moment. */
export const hookName = (moment: HookMoment, index: number): string => `${moment} hook #${index}`;

/** What runc says of a hook that failed. */
export const hookProblem = (name: string, how: string): string => `error running ${name}: ${how}`;

export const ranTooLong = (timeoutMs: number): string =>
  `hook ran past specified timeout of ${(timeoutMs / 1000).toFixed(1)}s`;

/** By what wait(2) tells of a program. */
export function endingOf(status: number): string {
  const signal = status & 0x7f;
  return signal === 0 ? `exit status ${(status >> 8) & 0xff}` : `signal: ${signal === SIGKILL ? 'killed' : signal}`;
}
const SIGKILL = 9;
