import { basename, join } from 'node:path';
import { bool } from '../command/flag.ts';
import { findVerb } from '../command/find-verb.ts';
import type { Call, Verb } from '../command/verb.ts';
import { Failure } from '../failures.ts';
import { fileProblem } from '../file-problem.ts';
import { isExecutable, pathFolders } from './path-folders.ts';

export const pluginListVerb: Verb = {
  usage: '[flags]',
  about: 'List all programs on PATH whose names begin with kubectl-.',
  flags: [bool('name-only', 'Names alone, without the folders.')],
  run: listPlugins,
};

async function listPlugins(call: Call): Promise<void> {
  const { flags, terminal } = call;
  const plugins = await pluginsOn(call);
  if (plugins.length === 0) throw new Failure('unable to find any kubectl plugins in your PATH\n');
  terminal.out('The following compatible plugins are available:\n\n');
  const seen = new Map<string, string>();
  let warnings = 0;
  for (const path of plugins) {
    terminal.out(`${flags.bool('name-only') ? basename(path) : path}\n`);
    for (const warning of await warningsOf(call, path, seen)) {
      terminal.err(`  - ${warning}\n`);
      warnings += 1;
    }
  }
  if (warnings === 1) throw new Failure('one plugin warning was found\n');
  if (warnings > 1) throw new Failure(`${warnings} plugin warnings were found\n`);
}

/** In the order of PATH, a folder's by name. */
async function pluginsOn({ world, terminal }: Call): Promise<readonly string[]> {
  const plugins: string[] = [];
  for (const folder of pathFolders(world)) {
    try {
      const entries = await world.files.readdir(folder, { withFileTypes: true });
      const names = entries.filter(entry => !entry.isDirectory() && entry.name.startsWith('kubectl-'));
      plugins.push(...names.map(({ name }) => join(folder, name)).toSorted());
    } catch (error) {
      const problem = fileProblem(error, 'open', folder);
      terminal.err(`Unable to read directory ${JSON.stringify(folder)} from your PATH: ${problem}. Skipping...\n`);
    }
  }
  return plugins;
}

async function warningsOf({ root, world }: Call, path: string, seen: Map<string, string>): Promise<readonly string[]> {
  const warnings: string[] = [];
  const name = basename(path);
  try {
    if (!(await isExecutable(world, path))) {
      warnings.push(`warning: ${path} identified as a kubectl plugin, but it is not executable`);
    }
  } catch (error) {
    const problem = fileProblem(error, 'stat', path);
    warnings.push(`error: unable to identify ${path} as an executable file: ${problem}`);
  }
  const earlier = seen.get(name);
  if (earlier === undefined) seen.set(name, path);
  else warnings.push(`warning: ${path} is overshadowed by a similarly named plugin: ${earlier}`);
  const { verb, path: command } = await findVerb(root, name.split('-').slice(1));
  if (verb !== root) warnings.push(`warning: ${name} overwrites existing command: ${JSON.stringify(command)}`);
  return warnings;
}
