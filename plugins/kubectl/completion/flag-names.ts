import type { FlagSpec } from '../command/flag.ts';
import type { Flags } from '../command/flags.ts';
import { bool } from '../command/flag.ts';
import { inheritedFlags } from '../command/read-line.ts';
import type { Verb } from '../command/verb.ts';

const HELP = bool('help', 'What the command does.', { short: 'h' });
const REPEATED: ReadonlySet<FlagSpec['kind']> = new Set(['list', 'texts']);

/** The flags that may stand there yet; where some have to, those alone. */
export function flagNames(verb: Verb, isRoot: boolean, given: Flags, word: string): readonly string[] {
  const required = requiredFlags(verb, given, word);
  if (required.length > 0) return required;
  const [inherited, own] = [inheritedFlags(verb), [...(verb.flags ?? []), HELP]];
  const groups = isRoot ? [[...inherited, ...own]] : [inherited, own];
  return groups
    .flatMap(group => group.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
    .filter(spec => !given.has(spec.name) || !given.isGiven(spec.name) || REPEATED.has(spec.kind))
    .flatMap(spec => spellings(spec, word));
}

export const requiredFlags = ({ flags = [] }: Verb, given: Flags, word: string): readonly string[] =>
  flags.filter(spec => spec.required && !given.isGiven(spec.name)).flatMap(spec => spellings(spec, word));

const spellings = ({ name, short, about }: FlagSpec, word: string): readonly string[] =>
  [`--${name}`, ...(short === '' ? [] : [`-${short}`])]
    .filter(spelling => spelling.startsWith(word))
    .map(spelling => `${spelling}\t${about}`);
