import type { Files } from '../../src/base/world.ts';

const WANTED = ['cpu', 'memory', 'pids'];

/**
 * Hands controllers of cgroup v2 down from the mount to each of `folders` below it, which exist, parents
 * first. What a machine or an outer container does not grant is left out of the result: pods then run
 * without that limit.
 */
export async function delegateControllers(
  files: Files,
  mount: string,
  available: ReadonlySet<string>,
  folders: readonly string[],
): Promise<ReadonlySet<string>> {
  const granted = new Set<string>();
  for (const controller of WANTED.filter(name => available.has(name))) {
    if (await handDown(files, [mount, ...folders.map(folder => `${mount}/${folder}`)], controller))
      granted.add(controller);
  }
  return granted;
}

async function handDown(files: Files, directories: readonly string[], controller: string): Promise<boolean> {
  for (const directory of directories) {
    try {
      await files.writeFile(`${directory}/cgroup.subtree_control`, `+${controller}`);
    } catch (error) {
      // EBUSY: it has processes of its own; ENOENT: its parent has none to give; EACCES, EROFS: not ours.
      if (error instanceof Error && 'code' in error) return false;
      throw error;
    }
  }
  return true;
}

/** `a/b` and `a/b/c` need `a`, then `a/b`: every folder on the way, each once, parents first. */
export function withAncestors(folders: readonly string[]): readonly string[] {
  const all = folders.flatMap(folder => {
    const parts = folder.split('/').filter(part => part !== '');
    return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  });
  return [...new Set(all)];
}
