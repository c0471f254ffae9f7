import type { Command } from 'commander';
import type { World } from '../base/world.ts';
import { addSettings } from './add-settings.ts';
import { readSettings, SERVER_OPTIONS } from './server-options.ts';

export function addServerCommand(program: Command, world: World, exit: (code: number) => void): void {
  const command = program
    .command('server')
    .description('run this machine as a Kubernetes node with its control plane, in the foreground');
  addSettings(command, SERVER_OPTIONS, '/etc/tiphys/config.yaml');
  command.action(async (flags: Record<string, unknown>) => {
    const settings = await readSettings(world, flags, String(flags['config']));
    const [{ serve }, { serverRole }] = await Promise.all([import('./serve.ts'), import('./server-role.ts')]);
    exit(await serve(world, settings, serverRole(settings), { verbose: flags['verbose'] === true }));
  });
}
