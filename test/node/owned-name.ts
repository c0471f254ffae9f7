import { readFileSync } from 'node:fs';

/** A name of something on this machine that says which process it goes with. */
export const ownedName = (what: string): string => `tiphys-${what}-${process.pid}`;

/** Whether it is a name of `what`, left by a process that is no more: it was killed before it could tidy up. */
export function isAbandoned(name: string, ...what: readonly string[]): boolean {
  const [, found = '', pid] = /^tiphys-([a-z]+)-(\d+)(?:-|$)/.exec(name) ?? [];
  return what.includes(found) && !isRunning(Number(pid));
}

/** One that ended and was not waited for has a number still, but no words of its command. */
export function isRunning(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`).length > 0;
  } catch {
    return false;
  }
}
