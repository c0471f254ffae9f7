import type { Files } from './world.ts';

/** Descriptors this process may have open at once, RLIMIT_NOFILE of proc_pid_limits(5). */
export async function openFileLimit(files: Files): Promise<number> {
  const [, limit] = /^Max open files +(\d+|unlimited)/m.exec(await files.readFile('/proc/self/limits', 'utf8')) ?? [];
  return limit === undefined || limit === 'unlimited' ? Number.MAX_SAFE_INTEGER : Number(limit);
}
