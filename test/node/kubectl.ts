import { spawn } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RunningCommand } from './running-command.ts';
import type { TestObject } from './objects.ts';

export interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Our own client's command line, where a binary is asked for. */
export const OWN_KUBECTL: readonly string[] = [
  process.execPath,
  join(import.meta.dirname, '../../src/main.js'),
  'kubectl',
];

/** One kubectl with one kubeconfig. */
export class Kubectl {
  readonly #binary: readonly string[];
  readonly #kubeconfig: string;
  readonly #cache: string;
  readonly #env: readonly string[];

  /** `env` is `NAME=value`, besides that of this process. */
  constructor(binary: string | readonly string[], kubeconfig: string, env: readonly string[] = []) {
    this.#binary = typeof binary === 'string' ? [binary] : binary;
    this.#kubeconfig = kubeconfig;
    this.#cache = `${kubeconfig}.cache`;
    this.#env = env;
  }

  /** The same kubectl, being in another namespace. */
  async in(namespace: string): Promise<Kubectl> {
    const kubeconfig = `${this.#kubeconfig}.${namespace}`;
    await copyFile(this.#kubeconfig, kubeconfig);
    const moved = new Kubectl(this.#binary, kubeconfig, this.#env);
    await moved.run('config', 'set-context', '--current', `--namespace=${namespace}`);
    return moved;
  }

  /** Program and arguments of a command. */
  argv(args: readonly string[]): readonly [string, ...string[]] {
    return [
      'env',
      ...this.#env,
      ...this.#binary,
      '--kubeconfig',
      this.#kubeconfig,
      '--cache-dir',
      this.#cache,
      ...args,
    ];
  }

  /** Starts what goes on by itself, such as `get -w`; to be disposed of. */
  start(...args: readonly string[]): RunningCommand {
    return new RunningCommand(...this.argv(args));
  }

  /** Runs it to its end and answers whatever came; `input` goes to stdin. */
  answer(
    args: readonly string[],
    input = '',
    { deadlineMs = 60_000, env = {} }: { readonly deadlineMs?: number; readonly env?: NodeJS.ProcessEnv } = {},
  ): Promise<Answer> {
    const [program, ...rest] = this.argv(args);
    const child = spawn(program, rest, { timeout: deadlineMs, env: { ...process.env, ...env } });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdin.end(input);
    return new Promise((done, failed) => {
      child.once('error', failed);
      child.once('close', code => done({ code, stdout, stderr }));
    });
  }

  /** Its output, where it must succeed. */
  async run(...args: readonly string[]): Promise<string> {
    return this.#mustSucceed(args, await this.answer(args));
  }

  async apply(...manifests: readonly (string | TestObject)[]): Promise<string> {
    const args = ['apply', '-f', '-'];
    const input = manifests.map(each => (typeof each === 'string' ? each : JSON.stringify(each))).join('\n');
    return this.#mustSucceed(args, await this.answer(args, input));
  }

  async json<T>(...args: readonly string[]): Promise<T> {
    return JSON.parse(await this.run(...args, '-o', 'json')) as T;
  }

  #mustSucceed(args: readonly string[], { code, stdout, stderr }: Answer): string {
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')} ended with ${code}:\n${stderr}${stdout}`);
    return stdout;
  }
}
