import type { World } from '../../../src/base/world.ts';
import { callOf } from '../command/call-of.ts';
import { findVerb } from '../command/find-verb.ts';
import type { FlagSpec } from '../command/flag.ts';
import { inheritedFlags } from '../command/read-line.ts';
import { parseFlags } from '../command/parse-flags.ts';
import type { Verb } from '../command/verb.ts';
import { Failure } from '../failures.ts';
import type { Terminal } from '../terminal.ts';
import { argumentValues } from './argument-values.ts';
import { beginningWith, DIRECTIVES, NOTHING, only, type Completions } from './completions.ts';
import { flagNames, requiredFlags } from './flag-names.ts';
import { flagValues } from './flag-values.ts';

/** Prints what the last word of a line may become, a value a line, and how a shell is to take that. */
export async function complete(
  root: Verb,
  words: readonly string[],
  world: World,
  terminal: Terminal,
  withAbouts: boolean,
): Promise<number> {
  const quiet: Terminal = { ...terminal, out: () => undefined, err: () => undefined, input: () => terminal.input() };
  const { values, directive } = await completionsOf(root, words, world, quiet);
  for (const value of values) terminal.out(`${withAbouts ? value : value.replace(/\t.*/, '')}\n`);
  terminal.out(`:${directive}\n`);
  terminal.err(`Completion ended with directive: ${directiveText(directive)}\n`);
  return 0;
}

const NAMES: readonly (readonly [number, string])[] = [
  [DIRECTIVES.error, 'ShellCompDirectiveError'],
  [DIRECTIVES.noSpace, 'ShellCompDirectiveNoSpace'],
  [DIRECTIVES.noFiles, 'ShellCompDirectiveNoFileComp'],
  [DIRECTIVES.extensions, 'ShellCompDirectiveFilterFileExt'],
];

const directiveText = (directive: number): string =>
  NAMES.filter(([bit]) => (directive & bit) !== 0)
    .map(([, name]) => name)
    .join(', ') || 'ShellCompDirectiveDefault';

async function completionsOf(
  root: Verb,
  words: readonly string[],
  world: World,
  terminal: Terminal,
): Promise<Completions> {
  const word = words.at(-1) ?? '';
  const { verb, path, rest, unknown } = await findVerb(root, words.slice(0, -1));
  if (verb === root && unknown !== undefined) return NOTHING;
  const specs = [...(verb.flags ?? []), ...inheritedFlags(verb)];
  const isPastFlags = rest.includes('--');
  const open = isPastFlags ? undefined : openFlag(specs, rest, word);
  const line = lineOf(specs, open?.isOfLast === false ? rest.slice(0, -1) : rest);
  if (line === undefined) return { values: [], directive: DIRECTIVES.error };
  await using call = callOf(root, verb, path, line, world, terminal);
  if (open !== undefined) return await flagValues(call, open.spec, open.prefix);
  if (word.startsWith('-') && !isPastFlags) return only(flagNames(verb, verb === root, line.flags, word));
  const subs =
    line.args.length > 0 || line.flags.isAnyGiven(verb.flags ?? []) ? [] : subNames(verb, verb === root, word);
  const required = requiredFlags(verb, line.flags, word);
  const more = await argumentValues(call, word);
  const directive = more?.directive ?? (subs.length > 0 ? DIRECTIVES.noFiles : DIRECTIVES.default);
  return { values: [...subs, ...required, ...(more?.values ?? [])], directive };
}

function lineOf(specs: readonly FlagSpec[], rest: readonly string[]): ReturnType<typeof parseFlags> | undefined {
  try {
    return parseFlags(specs, rest);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

function subNames({ subs = {} }: Verb, isRoot: boolean, word: string): readonly string[] {
  const named = Object.entries(subs).map(([name, { about }]) => `${name}\t${about}`);
  return beginningWith(isRoot ? [...named, 'help\tHelp about any command'] : named, word).toSorted();
}

interface OpenFlag {
  readonly spec: FlagSpec;
  /** Of its value. */
  readonly prefix: string;
  /** Whether flag and value are one word. */
  readonly isOfLast: boolean;
}

/** The flag whose value the last word is. */
function openFlag(specs: readonly FlagSpec[], rest: readonly string[], word: string): OpenFlag | undefined {
  const named = (name: string): FlagSpec | undefined =>
    specs.find(spec => name === `--${spec.name}` || (spec.short !== '' && name === `-${spec.short}`));
  const joined = /^(--?[^=]+)=([\s\S]*)$/.exec(word);
  const ofLast = named(joined?.[1] ?? '');
  if (ofLast !== undefined) return { spec: ofLast, prefix: joined?.[2] ?? '', isOfLast: true };
  let waiting: FlagSpec | undefined;
  for (const each of rest) {
    const spec = waiting === undefined ? named(each) : undefined;
    waiting = spec?.bare === undefined ? spec : undefined;
  }
  return waiting === undefined ? undefined : { spec: waiting, prefix: word, isOfLast: false };
}
