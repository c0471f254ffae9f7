import { readdirSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/**
 * Every kubectl of this machine by its minor version: `kubectl` on PATH, and each `kubectl.1.NN` beside
 * the real file it links to.
 */
export function kubectlBinaries(): ReadonlyMap<string, string> {
  const found = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map(folder => join(folder, 'kubectl'))
    .find(path => realpathOrUndefined(path) !== undefined);
  if (found === undefined) return new Map();
  const folder = dirname(realpathSync(found));
  const versions = readdirSync(folder).flatMap(name => {
    const minor = /^kubectl\.1\.(\d+)$/.exec(name)?.[1];
    return minor === undefined ? [] : [[`1.${minor}`, join(folder, name)] as const];
  });
  return new Map([['PATH', found] as const, ...versions]);
}

/** Every run drives the oldest and the newest of the versions that a test names; `TIPHYS_KUBECTLS=all` all of them. */
export function drivenKubectls(named: readonly string[]): readonly (readonly [string, string])[] {
  const found = [...kubectlBinaries()].filter(([version]) => named.includes(version));
  return process.env['TIPHYS_KUBECTLS'] === 'all'
    ? found
    : found.filter((_, at) => at === 0 || at === found.length - 1);
}

function realpathOrUndefined(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined; // not there: the next folder of PATH is tried
  }
}
