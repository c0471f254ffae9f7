import { Failure } from '../failures.ts';
import type { FlagSpec } from './flag.ts';
import { Flags } from './flags.ts';

export interface ParsedLine {
  readonly flags: Flags;
  readonly args: readonly string[];
  /** How many arguments stood before `--`; -1 without one. */
  readonly dash: number;
  readonly help: boolean;
}

/** Reads a command line as pflag does: flags and arguments mixed, short ones joined, `--` ends them. */
export function parseFlags(specs: readonly FlagSpec[], words: readonly string[]): ParsedLine {
  const flags = new Flags(specs);
  const byName = new Map(specs.map(spec => [spec.name, spec]));
  const byShort = new Map(specs.filter(spec => spec.short !== '').map(spec => [spec.short, spec]));
  const args: string[] = [];
  let dash = -1;
  let help = false;
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') {
      dash = args.length;
      args.push(...rest);
      break;
    }
    if (word === '--help' || word === '-h') help = true;
    else if (word.startsWith('--')) long(word, byName, flags, rest);
    else if (word.startsWith('-') && word !== '-') short(word.slice(1), byShort, flags, rest);
    else args.push(word);
  }
  return { flags, args, dash, help };
}

function long(word: string, byName: ReadonlyMap<string, FlagSpec>, flags: Flags, rest: string[]): void {
  const [, name = '', value] = /^--([^=]*)(?:=([\s\S]*))?$/.exec(word) ?? [];
  if (name === '' || name.startsWith('-')) throw new Failure(`bad flag syntax: ${word}`);
  const spec = byName.get(name);
  if (spec === undefined) throw new Failure(`unknown flag: --${name}`);
  const given = value ?? spec.bare ?? rest.shift();
  if (given === undefined) throw new Failure(`flag needs an argument: --${name}`);
  flags.give(spec, given);
}

function short(letters: string, byShort: ReadonlyMap<string, FlagSpec>, flags: Flags, rest: string[]): void {
  let left = letters;
  while (left !== '') {
    const letter = left.charAt(0);
    left = left.slice(1);
    const spec = byShort.get(letter);
    if (spec === undefined) throw new Failure(`unknown shorthand flag: '${letter}' in -${letter}${left}`);
    if (left.startsWith('=')) return flags.give(spec, left.slice(1));
    if (spec.bare !== undefined) {
      flags.give(spec, spec.bare);
      continue;
    }
    const given = left === '' ? rest.shift() : left;
    if (given === undefined) throw new Failure(`flag needs an argument: '${letter}' in -${letters}`);
    return flags.give(spec, given);
  }
}
