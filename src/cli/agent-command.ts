import type { Command } from 'commander';
import { AGENT_PLUGINS } from '../../plugins/builtin.ts';
import type { World } from '../base/world.ts';
import { addSettings } from './add-settings.ts';
import { AGENT_OPTIONS } from './agent-options.ts';
import { nodeReady } from './node-ready.ts';
import type { NodeRole } from './node-role.ts';
import { serve } from './serve.ts';
import { readSettings } from './server-options.ts';

const AGENT: NodeRole = {
  plugins: AGENT_PLUGINS,
  first: ['remote-api'],
  ready: async (kernel, _settings, report, hasNode) => {
    if (hasNode) await nodeReady(kernel, report);
  },
};

export function addAgentCommand(program: Command, world: World, exit: (code: number) => void): void {
  const command = program
    .command('agent')
    .description('run this machine as one more node of a cluster, in the foreground');
  addSettings(command, AGENT_OPTIONS, '/etc/tiphys/agent.yaml');
  command.action(async (flags: Record<string, unknown>) => {
    const settings = await readSettings(world, flags, String(flags['config']), AGENT_OPTIONS);
    exit(await serve(world, settings, AGENT, { verbose: flags['verbose'] === true }));
  });
}
