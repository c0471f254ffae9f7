import type { Command } from 'commander';
import type { World } from '../base/world.ts';
import { serve } from './serve.ts';
import { readSettings, SERVER_OPTIONS } from './server-options.ts';

const collect = (value: string, all: readonly string[]): readonly string[] => [...all, value];

export function addServerCommand(program: Command, world: World, exit: (code: number) => void): void {
  const command = program
    .command('server')
    .description('run this machine as a Kubernetes node with its control plane, in the foreground')
    .option('--config <file>', 'settings as YAML; files of <file>.d/ are read after it', '/etc/tiphys/config.yaml')
    .option('--verbose', 'log what happens and print the boot as a tree', false);
  for (const { flag, value, doc, default: fallback } of SERVER_OPTIONS) {
    if (value === 'list') command.option(`${flag} <name>`, doc, collect, []);
    else command.option(`${flag} <value>`, fallback === '' ? doc : `${doc} (default: ${String(fallback)})`);
  }
  command.action(async (flags: Record<string, unknown>) => {
    const settings = await readSettings(world, flags, String(flags['config']));
    exit(await serve(world, settings, { verbose: flags['verbose'] === true }));
  });
}
