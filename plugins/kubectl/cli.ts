import type { Command } from 'commander';
import type { World } from '../../src/base/world.ts';

/** `tiphys kubectl ...`: a client of any cluster, with kubectl's command line. */
export function addKubectlCommand(program: Command, world: World, exit: (code: number) => void): void {
  program
    .command('kubectl')
    .description('ask and change a cluster, as kubectl does')
    .argument('[words...]')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (words: readonly string[]) => {
      const [{ runKubectl }, { ownTerminal }] = await Promise.all([
        import('./run-kubectl.ts'),
        import('./own-terminal.ts'),
      ]);
      using terminal = ownTerminal(world);
      exit(await runKubectl(words, world, terminal));
    });
}
