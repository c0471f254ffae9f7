import type { Command } from 'commander';
import { dataDirFlag } from '../base/data-dir-flag.ts';
import type { World } from '../base/world.ts';

export function addKillallCommand(program: Command, world: World, say: (line: string) => void): void {
  program
    .command('killall')
    .description('end every pod of a stopped server: no process, mount, cgroup, link or route of it is left')
    .option(...dataDirFlag(world.processes))
    .action(async ({ dataDir }: { readonly dataDir: string }) => {
      const { killAll } = await import('./killall.ts');
      say(`ended ${await killAll(world, dataDir)} pods`);
    });
}
