import type { Command } from 'commander';
import { dataDirFlag } from '../base/data-dir-flag.ts';
import type { World } from '../base/world.ts';

export function addUninstallCommand(program: Command, world: World, say: (line: string) => void): void {
  program
    .command('uninstall')
    .description('take back what `tiphys install` did and end every pod; what is in the data directory stays')
    .option(...dataDirFlag(world.processes))
    .action(async ({ dataDir }: { readonly dataDir: string }) => {
      const [{ SERVICE_PLACES }, { uninstallService }, { killAll }] = await Promise.all([
        import('./install-service.ts'),
        import('./uninstall-service.ts'),
        import('./killall.ts'),
      ]);
      await uninstallService(world, SERVICE_PLACES, () => killAll(world, dataDir), say);
    });
}
