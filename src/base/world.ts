import type * as fsPromises from 'node:fs/promises';

/**
 * Everything outside the process that a plugin may observe or change, handed in so that a test can
 * replace it. `host-world.ts` is the real one; tidy refuses the globals everywhere else.
 */
export interface World {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly files: Files;
  readonly network: Network;
  readonly processes: Processes;
}

export interface Clock {
  /** Wall time, milliseconds since the epoch. */
  now(): number;
  /** Time that never goes back, in milliseconds with fractions; only differences mean anything. */
  monotonicMs(): number;
  /** What this thread has used of a processor, in milliseconds with fractions; dearer to ask than the others. */
  cpuMs(): number;
}

export interface Timers {
  /** Runs `run` once after `delayMs`, never before. Timers do not keep the process alive on their own. */
  after(delayMs: number, run: () => void): Disposable;
  every(periodMs: number, run: () => void): Disposable;
  /** Resolves after `delayMs`, never before; rejects with `signal.reason` when aborted first. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

export interface Random {
  bytes(length: number): Buffer;
  uuid(): string;
  /** A fraction in [0, 1). */
  fraction(): number;
}

export type Files = Pick<
  typeof fsPromises,
  | 'access'
  | 'chmod'
  | 'chown'
  | 'copyFile'
  | 'lchown'
  | 'lstat'
  | 'mkdir'
  | 'open'
  | 'readFile'
  | 'readdir'
  | 'readlink'
  | 'realpath'
  | 'rename'
  | 'rm'
  | 'rmdir'
  | 'stat'
  | 'statfs'
  | 'symlink'
  | 'unlink'
  | 'watch'
  | 'writeFile'
>;

export interface Network {
  hostname(): string;
  /** Addresses of this host's interfaces, loopback left out. */
  addresses(): readonly { readonly interface: string; readonly address: string; readonly family: 4 | 6 }[];
}

export interface Processes {
  readonly pid: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends this process at once; for fail-stop errors only. */
  abort(reason: string): never;
  /** Runs a program on this process's own input and outputs to its end; answers its exit code, 127 if there is none. */
  run(program: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<number>;
  /** Runs a program to its end and answers what it wrote, its errors on this process's own; `undefined` if there is none. */
  read(program: string, args: readonly string[], options: ReadOptions): Promise<ProgramOutput | undefined>;
}

export interface ReadOptions {
  /** Besides this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Without this process's own. */
  readonly isAlone?: boolean;
  /** Whether it reads this process's own input... */
  readonly hasInput?: boolean;
  /** ...or what it reads instead. */
  readonly input?: string;
  /** It is ended then. */
  readonly timeoutMs: number;
}

export interface ProgramOutput {
  readonly code: number;
  readonly stdout: string;
}
