import { messageOf } from '../../../src/base/message-of.ts';
import { Failure } from '../failures.ts';
import type { FlagSpec } from './flag.ts';
import { GLOBAL_FLAGS } from './global-flags.ts';
import { parseFlags, type ParsedLine } from './parse-flags.ts';
import type { Verb } from './verb.ts';

/** Reads what stands behind a command's name. */
export function readLine(verb: Verb, path: string, rest: readonly string[]): ParsedLine {
  try {
    return parseFlags([...(verb.flags ?? []), ...inheritedFlags(verb)], rest);
  } catch (error) {
    throw new Failure(`${messageOf(error)}\nSee '${path} --help' for usage.`);
  }
}

/** The flags of all commands, but for those that the command has of its own. */
export function inheritedFlags({ flags: own = [] }: Verb): readonly FlagSpec[] {
  const names = new Set(own.map(({ name }) => name));
  const shorts = new Set(own.map(({ short }) => short).filter(short => short !== ''));
  return GLOBAL_FLAGS.filter(({ name }) => !names.has(name)).map(spec =>
    shorts.has(spec.short) ? { ...spec, short: '' } : spec,
  );
}
