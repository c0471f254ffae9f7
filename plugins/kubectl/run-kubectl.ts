import type { World } from '../../src/base/world.ts';
import { Cluster } from './cluster.ts';
import { GLOBAL_FLAGS } from './command/global-flags.ts';
import { parseFlags } from './command/parse-flags.ts';
import { helpText, unknownCommand } from './command/usage.ts';
import { usageFailure, type SubVerb, type Verb } from './command/verb.ts';
import { Failure, failureText, messageOf } from './failures.ts';
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
  const { verb, path, rest } = await findVerb(words);
  const { flags, args, dash, help } = readLine(verb, path, rest);
  if (help || (verb === ROOT && args.length === 0)) {
    terminal.out(helpText(verb, path));
    return 0;
  }
  if (verb.run === undefined) {
    if (verb === ROOT) throw unknownCommand(args[0] ?? '', path, verb.subs ?? {});
    if (args.length > 0) throw usageFailure({ path }, `unknown command ${JSON.stringify(args.join(' '))}`);
    terminal.err(helpText(verb, path));
    return 1;
  }
  if (flags.missing.length > 0) {
    throw new Failure(`required flag(s) ${flags.missing.map(name => JSON.stringify(name)).join(', ')} not set`);
  }
  const own = new Set((verb.flags ?? []).map(({ name }) => name));
  const global = GLOBAL_FLAGS.map(({ name }) => name).filter(name => !own.has(name));
  await using cluster = new Cluster(flags.only(GLOBAL_FLAGS, new Set(global)), world, terminal);
  return (await verb.run({ path, args, dash, flags, world, terminal, cluster })) ?? 0;
}

function readLine(verb: Verb, path: string, rest: readonly string[]): ReturnType<typeof parseFlags> {
  const own = verb.flags ?? [];
  const names = new Set(own.map(({ name }) => name));
  const shorts = new Set(own.map(({ short }) => short).filter(short => short !== ''));
  const global = GLOBAL_FLAGS.filter(({ name }) => !names.has(name)).map(spec =>
    shorts.has(spec.short) ? { ...spec, short: '' } : spec,
  );
  try {
    return parseFlags([...own, ...global], rest);
  } catch (error) {
    throw new Failure(`${messageOf(error)}\nSee '${path} --help' for usage.`);
  }
}

/** Follows the command's name; flags may stand before it and in between. */
async function findVerb(
  words: readonly string[],
): Promise<{ readonly verb: Verb; readonly path: string; readonly rest: readonly string[] }> {
  let verb: Verb = ROOT;
  let path = 'kubectl';
  const flags: string[] = [];
  const rest = [...words];
  while (verb.subs !== undefined && rest.length > 0) {
    const word = rest.shift() ?? '';
    if (word === '--') {
      rest.unshift(word);
      break;
    }
    if (word.startsWith('-')) {
      flags.push(word);
      if (takesNext(word)) flags.push(...rest.splice(0, 1));
      continue;
    }
    const found = subVerb(verb.subs, word);
    if (found === undefined) {
      if (verb === ROOT) throw unknownCommand(word, path, verb.subs);
      rest.unshift(word);
      break;
    }
    path += ` ${found.name}`;
    verb = await found.sub.load();
  }
  return { verb, path, rest: [...flags, ...rest] };
}

function subVerb(
  subs: Readonly<Record<string, SubVerb>>,
  word: string,
): { readonly name: string; readonly sub: SubVerb } | undefined {
  const entry = Object.entries(subs).find(([name, { aliases = [] }]) => name === word || aliases.includes(word));
  return entry === undefined ? undefined : { name: entry[0], sub: entry[1] };
}

/** Whether the word after a global flag is its value. */
function takesNext(word: string): boolean {
  if (word.includes('=')) return false;
  const spec = word.startsWith('--')
    ? GLOBAL_FLAGS.find(({ name }) => word === `--${name}`)
    : GLOBAL_FLAGS.find(({ short }) => word === `-${short}`);
  return spec !== undefined && spec.bare === undefined;
}
