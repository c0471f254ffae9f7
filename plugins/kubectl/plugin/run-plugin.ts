import { join } from 'node:path';
import { presentOr } from '../../../src/base/failed-with.ts';
import type { World } from '../../../src/base/world.ts';
import type { Terminal } from '../terminal.ts';
import { isExecutable, pathFolders } from './path-folders.ts';

/**
 * Runs the program on PATH that the words name, the longest name first, no shorter than `atLeast` words;
 * `undefined` where there is none. What of the words is not in its name are its arguments.
 */
export async function runPlugin(
  words: readonly string[],
  world: World,
  terminal: Terminal,
  atLeast = 1,
): Promise<number | undefined> {
  const firstFlag = words.findIndex(word => word.startsWith('-'));
  const names = firstFlag < 0 ? words : words.slice(0, firstFlag);
  if (names.length === 0) {
    terminal.err(`Error: flags cannot be placed before plugin name: ${words[0] ?? ''}\n`);
    return 1;
  }
  for (let count = names.length; count >= atLeast; count--) {
    const parts = names.slice(0, count).map(name => name.replaceAll('-', '_'));
    const program = await programNamed(['kubectl', ...parts].join('-'), world);
    if (program !== undefined) return terminal.run(program, words.slice(count));
  }
  return undefined;
}

async function programNamed(name: string, world: World): Promise<string | undefined> {
  if (name.includes('/')) return undefined;
  for (const folder of pathFolders(world)) {
    const path = join(folder, name);
    if (await presentOr(false, () => isExecutable(world, path))) return path;
  }
  return undefined;
}
