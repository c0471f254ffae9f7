import type { AnyPlugin } from './plugin.ts';

/** The plugin, of those with a file of their own, whose code is innermost in the stack of `error`. */
export function blamedFile(
  error: unknown,
  plugins: readonly AnyPlugin[],
  fileOf: (plugin: AnyPlugin) => string | undefined,
): AnyPlugin | undefined {
  const files = plugins.flatMap(plugin => {
    const file = fileOf(plugin);
    return file === undefined ? [] : [[plugin, file] as const];
  });
  if (files.length === 0 || !(error instanceof Error)) return undefined;
  for (const line of (error.stack ?? '').split('\n')) {
    const found = files.find(([, file]) => line.includes(`${file}:`));
    if (found !== undefined) return found[0];
  }
  return undefined;
}
