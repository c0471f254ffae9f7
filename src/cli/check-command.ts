import type { Command } from 'commander';
import { dataDirFlag } from '../base/data-dir-flag.ts';
import type { World } from '../base/world.ts';

export function addCheckCommand(
  program: Command,
  world: World,
  write: (text: string) => void,
  exit: (code: number) => void,
): void {
  program
    .command('check')
    .description('tell what kernel and machine offer to pods: ok, degraded or missing, with the remedy')
    .option(...dataDirFlag(world.processes))
    .action(async ({ dataDir }: { readonly dataDir: string }) => {
      const { checkMachine, checkReport } = await import('./check.ts');
      const abilities = await checkMachine(world, dataDir);
      write(checkReport(abilities));
      if (abilities.some(({ state }) => state === 'missing')) exit(1);
    });
}
