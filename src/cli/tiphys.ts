import { Command, CommanderError } from 'commander';
import { messageOf } from '../base/message-of.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { addTokenCommand } from '../../plugins/bootstrap-tokens/cli.ts';
import { addImageCommand } from '../../plugins/images/cli.ts';
import { addKubectlCommand } from '../../plugins/kubectl/cli.ts';
import { addSnapshotCommand } from '../../plugins/store-sqlite/cli.ts';
import { hostWorld } from '../kernel/host-world.ts';
import { addAgentCommand } from './agent-command.ts';
import { addCheckCommand } from './check-command.ts';
import { addCompileCommand } from './compile-command.ts';
import { addInstallCommand } from './install-command.ts';
import { addKillallCommand } from './killall-command.ts';
import { addServerCommand } from './server-command.ts';
import { addUninstallCommand } from './uninstall-command.ts';

/** Runs one command line; answers the exit code. What a command needs is loaded when it runs. */
export async function runTiphys(argv: readonly string[]): Promise<number> {
  const program = new Command('tiphys')
    .description('Kubernetes in one process: control plane, kubelet, container runtime, service proxy and DNS')
    .version(packageJson.version)
    .enablePositionalOptions()
    .exitOverride();
  const world = hostWorld();
  const write = (text: string): void => void process.stdout.write(text);
  let exitCode = 0;
  addServerCommand(program, world, code => {
    exitCode = code;
  });
  addAgentCommand(program, world, code => {
    exitCode = code;
  });
  addImageCommand(program, world, write);
  addTokenCommand(program, world, write);
  addSnapshotCommand(program, world, line => write(`${line}\n`));
  addCheckCommand(program, world, write, code => {
    exitCode = code;
  });
  addKillallCommand(program, world, line => write(`${line}\n`));
  addInstallCommand(program, world, line => write(`${line}\n`));
  addUninstallCommand(program, world, line => write(`${line}\n`));
  addCompileCommand(program, world);
  addKubectlCommand(program, world, code => {
    exitCode = code;
  });
  try {
    await program.parseAsync(argv);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    process.stderr.write(`tiphys: ${messageOf(error)}\n`);
    return 1;
  }
}
