import type { AnyPlugin } from '../src/kernel/plugin.ts';

/** Every built-in plugin, loaded when a server starts. `--disable NAME` leaves one out. */
export const BUILTIN_PLUGINS: Readonly<Record<string, () => Promise<{ readonly default: AnyPlugin }>>> = {
  auth: () => import('./auth/plugin.ts'),
};
