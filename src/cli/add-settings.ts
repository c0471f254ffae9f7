import type { Command } from 'commander';
import type { ServerOption } from './server-option.ts';

const collect = (value: string, all: readonly string[]): readonly string[] => [...all, value];

/** Gives a command a flag for each setting, and one for the file that has them too. */
export function addSettings(command: Command, options: readonly ServerOption[], configFile: string): void {
  command
    .option('--config <file>', 'settings as YAML; files of <file>.d/ are read after it', configFile)
    .option('--verbose', 'log what happens and print the boot as a tree', false);
  for (const { flag, value, doc, default: fallback } of options) {
    const told = fallback === '' ? doc : `${doc} (default: ${String(fallback)})`;
    if (value === 'list') command.option(`${flag} <name>`, doc, collect, []);
    else if (value === 'boolean') command.option(`${flag} [true|false]`, told);
    else command.option(`${flag} <value>`, told);
  }
}
