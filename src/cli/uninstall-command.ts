import type { Command } from 'commander';
import type { World } from '../base/world.ts';

export function addUninstallCommand(program: Command, world: World, say: (line: string) => void): void {
  program
    .command('uninstall')
    .description('take back what `tiphys install` did and end every pod; what is in the data directory stays')
    .option(
      '--data-dir <folder>',
      'the server’s data directory',
      world.processes.env['TIPHYS_DATA_DIR'] ?? '/var/lib/tiphys',
    )
    .action(async ({ dataDir }: { readonly dataDir: string }) => {
      const [{ SERVICE_PLACES }, { uninstallService }, { killAll }] = await Promise.all([
        import('./install-service.ts'),
        import('./uninstall-service.ts'),
        import('./killall.ts'),
      ]);
      await uninstallService(world, SERVICE_PLACES, () => killAll(world, dataDir), say);
    });
}
