import type { Command } from 'commander';
import type { World } from '../base/world.ts';
import { addSettings } from './add-settings.ts';
import { AGENT_OPTIONS } from './agent-options.ts';
import { readSettings } from './server-options.ts';

export function addAgentCommand(program: Command, world: World, exit: (code: number) => void): void {
  const command = program
    .command('agent')
    .description('run this machine as one more node of a cluster, in the foreground');
  addSettings(command, AGENT_OPTIONS, '/etc/tiphys/agent.yaml');
  command.action(async (flags: Record<string, unknown>) => {
    const settings = await readSettings(world, flags, String(flags['config']), AGENT_OPTIONS);
    const [{ serve }, { AGENT_ROLE }] = await Promise.all([import('./serve.ts'), import('./agent-role.ts')]);
    exit(await serve(world, settings, AGENT_ROLE, { verbose: flags['verbose'] === true }));
  });
}
