import type { World } from '../../../src/base/world.ts';
import { Cluster } from '../cluster.ts';
import type { Terminal } from '../terminal.ts';
import { GLOBAL_FLAGS } from './global-flags.ts';
import type { ParsedLine } from './parse-flags.ts';
import type { Call, Verb } from './verb.ts';

/** A command line, and the cluster it means: that is let go of with it. */
export function callOf(
  root: Verb,
  verb: Verb,
  path: string,
  { flags, args, dash }: Omit<ParsedLine, 'help'>,
  world: World,
  terminal: Terminal,
): Call & AsyncDisposable {
  const own = new Set((verb.flags ?? []).map(({ name }) => name));
  const global = GLOBAL_FLAGS.map(({ name }) => name).filter(name => !own.has(name));
  const cluster = new Cluster(flags.only(GLOBAL_FLAGS, new Set(global)), world, terminal);
  return {
    root,
    path,
    args,
    dash,
    flags,
    world,
    terminal,
    cluster,
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  };
}
