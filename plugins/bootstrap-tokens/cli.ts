import type { Command } from 'commander';
import { goDurationMs } from '../../src/base/go-duration.ts';
import type { World } from '../../src/base/world.ts';
import type { TokenCommandPlace } from './token-commands.ts';

/** `tiphys token create|list|delete`: the tokens by which nodes join, at the server that a kubeconfig names. */
export function addTokenCommand(program: Command, world: World, write: (text: string) => void): void {
  const command = program.command('token').description('tokens by which machines join the cluster');
  const add = (usage: string, description: string): Command =>
    command
      .command(usage)
      .description(description)
      .option(
        '--kubeconfig <file>',
        'an administrator’s kubeconfig',
        world.processes.env['TIPHYS_WRITE_KUBECONFIG'] ?? '/etc/tiphys/kubeconfig.yaml',
      );
  const place = ({ kubeconfig }: Flags): TokenCommandPlace => ({ world, kubeconfig, write });
  add('create', 'make a token and print what a machine joins with')
    .option('--ttl <duration>', 'how long it is good for, 0 for ever', '24h')
    .option('--description <text>', 'what it is for', '')
    .action(async (flags: Flags & { readonly ttl: string; readonly description: string }) => {
      const ttlMs = goDurationMs(flags.ttl);
      if (ttlMs === undefined || ttlMs < 0) throw new Error(`--ttl: ${JSON.stringify(flags.ttl)} is no duration`);
      await (await import('./token-commands.ts')).createToken(place(flags), ttlMs, flags.description);
    });
  add('list', 'show what tokens there are')
    .alias('ls')
    .action(async (flags: Flags) => {
      await (await import('./token-commands.ts')).listTokens(place(flags));
    });
  add('delete <token...>', 'take tokens back, by their ids')
    .alias('rm')
    .action(async (tokens: readonly string[], flags: Flags) => {
      await (await import('./token-commands.ts')).deleteTokens(place(flags), tokens);
    });
}

interface Flags {
  readonly kubeconfig: string;
}
