import type { Timers } from './world.ts';

/**
 * What `work` comes to, or an error of `message` after `deadlineMs`; then `work` goes on unheard. Once `signal`
 * aborts nobody waits any more: it rejects with the signal's reason.
 */
export async function withinDeadline<T>(
  timers: Timers,
  deadlineMs: number,
  message: string,
  work: T | Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const done = new AbortController();
  const either = signal === undefined ? done.signal : AbortSignal.any([done.signal, signal]);
  const late = timers.sleep(deadlineMs, either).then((): never => {
    throw new Error(message);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    done.abort();
    late.catch(() => undefined);
  }
}
