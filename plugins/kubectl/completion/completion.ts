import { usageFailure, type Call, type Verb } from '../command/verb.ts';
import { BASH_SCRIPT } from './bash-script.ts';
import { FISH_SCRIPT } from './fish-script.ts';
import { ZSH_SCRIPT } from './zsh-script.ts';

export const completionVerb: Verb = {
  usage: 'SHELL',
  about:
    'Output what lets a shell complete words of command lines: bash, zsh or fish. Load it by `source <(kubectl completion bash)`.',
  run: printScript,
};

const SCRIPTS: ReadonlyMap<string, string> = new Map([
  ['bash', BASH_SCRIPT],
  ['zsh', ZSH_SCRIPT],
  ['fish', FISH_SCRIPT],
]);

async function printScript(call: Call): Promise<void> {
  const [shell, ...more] = call.args;
  if (shell === undefined) throw usageFailure(call, 'Shell not specified.');
  if (more.length > 0) throw usageFailure(call, 'Too many arguments. Expected only the shell type.');
  const script = SCRIPTS.get(shell);
  if (script === undefined) throw usageFailure(call, `Unsupported shell type ${JSON.stringify(shell)}.`);
  call.terminal.out(script);
}
