import type { World } from '../../src/base/world.ts';
import { callOf } from './command/call-of.ts';
import { findVerb } from './command/find-verb.ts';
import { readLine } from './command/read-line.ts';
import { helpText, unknownCommand } from './command/help-text.ts';
import { usageFailure, type Verb } from './command/verb.ts';
import { Failure, failureText } from './failures.ts';
import type { Terminal } from './terminal.ts';
import { VERBS } from './verbs.ts';

const ROOT: Verb = {
  usage: '[flags] [options]',
  about: 'kubectl controls the Kubernetes cluster manager.',
  subs: VERBS,
};

/** Runs one command line of kubectl, without `kubectl` itself; answers the exit code. */
export async function runKubectl(words: readonly string[], world: World, terminal: Terminal): Promise<number> {
  try {
    return await runWords(words, world, terminal);
  } catch (error) {
    const { text, exitCode } = failureText(error);
    terminal.err(text);
    return exitCode;
  }
}

async function runWords(words: readonly string[], world: World, terminal: Terminal): Promise<number> {
  const [first = '', second] = words;
  if (COMPLETING.includes(first)) {
    const { complete } = await import('./completion/complete.ts');
    return complete(ROOT, words.slice(1), world, terminal, first === '__complete');
  }
  if (first === 'help') return help(words.slice(1), terminal);
  const { verb, path, rest, unknown } = await findVerb(ROOT, words);
  if (unknown !== undefined && (verb === ROOT || (first === 'create' && second === unknown))) {
    const { runPlugin } = await import('./plugin/run-plugin.ts');
    const code = await runPlugin(words, world, terminal, verb === ROOT ? 1 : 2);
    if (code !== undefined) return code;
    if (verb === ROOT) throw unknownCommand(unknown, path, verb.subs ?? {});
  }
  const line = readLine(verb, path, rest);
  if (line.help || (verb === ROOT && line.args.length === 0)) {
    terminal.out(helpText(verb, path));
    return 0;
  }
  if (verb.run === undefined) {
    if (verb === ROOT) throw unknownCommand(line.args[0] ?? '', path, verb.subs ?? {});
    if (line.args.length > 0) throw usageFailure({ path }, `unknown command ${JSON.stringify(line.args.join(' '))}`);
    terminal.err(helpText(verb, path));
    return 1;
  }
  const { missing } = line.flags;
  if (missing.length > 0) {
    throw new Failure(`required flag(s) ${missing.map(name => JSON.stringify(name)).join(', ')} not set`);
  }
  await using call = callOf(ROOT, verb, path, line, world, terminal);
  return (await verb.run(call)) ?? 0;
}

async function help(words: readonly string[], terminal: Terminal): Promise<number> {
  const { verb, path, unknown } = await findVerb(ROOT, words);
  const isUnknown = verb === ROOT && unknown !== undefined;
  if (isUnknown) terminal.err(`Unknown help topic [\`${words.join(' ')}\`]\n${helpText(verb, path)}`);
  else terminal.out(helpText(verb, path));
  return 0;
}

/** What shells ask for when a word is to be completed, with what it is about and without. */
const COMPLETING = ['__complete', '__completeNoDesc'];
