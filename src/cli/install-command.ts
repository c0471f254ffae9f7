import type { Command } from 'commander';
import type { World } from '../base/world.ts';
import { addSettings } from './add-settings.ts';
import { AGENT_OPTIONS } from './agent-options.ts';
import { readSettings, SERVER_OPTIONS } from './server-options.ts';
import { tokenAmong } from './token-among.ts';

const ROLES = [
  { role: 'server', options: SERVER_OPTIONS, config: '/etc/tiphys/config.yaml' },
  { role: 'agent', options: AGENT_OPTIONS, config: '/etc/tiphys/agent.yaml' },
] as const;

export function addInstallCommand(program: Command, world: World, say: (line: string) => void): void {
  const install = program
    .command('install')
    .description('run this program as a service of systemd, from each boot on; again: with a newer one or other flags');
  for (const { role, options, config } of ROLES) {
    const command = install.command(role).description(`a service that runs \`tiphys ${role}\` with these flags`);
    addSettings(command, options, config);
    command.action(async (flags: Record<string, unknown>) => {
      // What it would not start with is not installed.
      await readSettings(world, flags, String(flags['config']), options);
      const binary = world.processes.env['TIPHYS_BINARY'];
      if (binary === undefined) {
        throw new Error('a checkout cannot be installed: `npm run binary` makes dist/tiphys of it, which can');
      }
      const { installService, SERVICE_PLACES } = await import('./install-service.ts');
      const { token, others } = tokenAmong(program.args.slice(program.args.indexOf(role) + 1));
      await installService(world, { role, binary, flags: others, token, places: SERVICE_PLACES }, say);
    });
  }
}
