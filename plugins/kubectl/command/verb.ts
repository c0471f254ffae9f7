import type { World } from '../../../src/base/world.ts';
import type { Cluster } from '../cluster.ts';
import { Failure } from '../failures.ts';
import type { Terminal } from '../terminal.ts';
import type { FlagSpec } from './flag.ts';
import type { Flags } from './flags.ts';

/** One command line under way. */
export interface Call {
  /** The command that all others are below. */
  readonly root: Verb;
  /** `kubectl rollout status`. */
  readonly path: string;
  readonly args: readonly string[];
  /** How many arguments stood before `--`; -1 without one. */
  readonly dash: number;
  readonly flags: Flags;
  readonly world: World;
  readonly terminal: Terminal;
  readonly cluster: Cluster;
}

/** One command; `run` answers the exit code where that is not 0. */
export interface Verb {
  /** What stands after its name: `(TYPE | TYPE/NAME) [flags]`. */
  readonly usage: string;
  readonly about: string;
  readonly flags?: readonly FlagSpec[];
  readonly run?: (call: Call) => Promise<number | void>;
  readonly subs?: Readonly<Record<string, SubVerb>>;
}

export interface SubVerb {
  readonly about: string;
  readonly aliases?: readonly string[];
  readonly load: () => Promise<Verb>;
}

/** A command line that asks for nothing that could be done. */
export const usageFailure = ({ path }: Pick<Call, 'path'>, message: string): Failure =>
  new Failure(`${message}\nSee '${path} -h' for help and examples`);
