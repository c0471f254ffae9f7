import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { failedWith } from '../../../src/base/failed-with.ts';

/** What happens to the calls that a fault meets; see `disk-tap.c`. */
export type Fault = 'EIO' | 'ENOSPC' | 'SHORT' | 'KILL' | 'COUNT';

export interface TappedProcess {
  readonly script: string;
  readonly args: readonly string[];
  /** Calls that change files under it are seen. */
  readonly folder: string;
  /** Where each is written down; `disk-trace.ts` reads it. */
  readonly trace?: string;
}

/** Starts a script of this checkout with the tap on its disk. */
export function spawnTapped({ script, args, folder, trace }: TappedProcess): ChildProcess {
  const env = {
    ...process.env,
    LD_PRELOAD: builtTap(),
    TAP_FOLDER: folder,
    ...(trace === undefined ? {} : { TAP_TRACE: trace }),
  };
  return spawn(process.execPath, [script, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
}

export interface ArmedFault {
  readonly fault: Fault;
  /** The calls `first` to `last` meet it; `last` is `first` when it is left out. */
  readonly first: number;
  readonly last?: number;
  /** Letters of the calls that count, as in the trace: `ws` are writes and syncs. All when left out. */
  readonly kinds?: string;
  /** Only calls whose path holds this count. */
  readonly path: string;
}

/** Within a tapped process: from now on. */
export function arm({ fault, first, last = first, kinds = '*', path }: ArmedFault): void {
  command(`tap:arm ${fault} ${first} ${last} ${kinds} ${path}`);
}

export const disarm = (): void => arm({ fault: 'COUNT', first: 0, path: '/' });

/** How many calls there were since the last `arm`. The file is scratch. */
export function callsSinceArmed(file: string): number {
  command(`tap:count ${file}`);
  return Number(readFileSync(file, 'utf8'));
}

/** The tap answers its commands with ENOENT; where there is none, no such file exists either, hence the look first. */
function command(words: string): void {
  if (process.env['TAP_FOLDER'] === undefined) throw new Error('this process has no tap on its disk');
  try {
    openSync(words, 'r');
  } catch (error) {
    if (!failedWith(error, 'ENOENT')) throw error;
  }
}

const SOURCE = join(import.meta.dirname, 'disk-tap.c');
const TAP = join(import.meta.dirname, '..', '..', '..', 'build', 'test', 'disk-tap.so');

function builtTap(): string {
  if (isFresh()) return TAP;
  mkdirSync(dirname(TAP), { recursive: true });
  const own = `${TAP}.${process.pid}`;
  const flags = ['-D_GNU_SOURCE', '-std=gnu11', '-Wall', '-Wextra', '-Werror', '-O1', '-shared', '-fPIC'];
  execFileSync('cc', [...flags, '-o', own, SOURCE], { stdio: 'inherit' });
  renameSync(own, TAP);
  return TAP;
}

function isFresh(): boolean {
  const built = statSync(TAP, { throwIfNoEntry: false });
  return built !== undefined && built.mtimeMs > statSync(SOURCE).mtimeMs;
}
