import { GLOBAL_FLAGS } from './global-flags.ts';
import type { SubVerb, Verb } from './verb.ts';

export interface FoundVerb {
  readonly verb: Verb;
  readonly path: string;
  /** Flags and arguments. */
  readonly rest: readonly string[];
  /** The word that stands where a command's name could, and is none. */
  readonly unknown: string | undefined;
}

/** Follows the command's name down from `root`; flags may stand before it and in between. */
export async function findVerb(root: Verb, words: readonly string[]): Promise<FoundVerb> {
  let verb: Verb = root;
  let unknown: string | undefined;
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
      unknown = word;
      rest.unshift(word);
      break;
    }
    path += ` ${found.name}`;
    verb = await found.sub.load();
  }
  return { verb, path, rest: [...flags, ...rest], unknown };
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
