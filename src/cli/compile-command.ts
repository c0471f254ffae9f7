import type { Command } from 'commander';
import type { World } from '../base/world.ts';

/** Of `prepare.sh`; users have no need of it. */
export function addCompileCommand(program: Command, world: World): void {
  program.command('compile', { hidden: true }).action(async () => {
    const { compileAhead } = await import('./compile-ahead.ts');
    await compileAhead(world);
  });
}
