import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROBE_SOURCE } from '../../../images/probe.ts';
import { staticProgram } from '../../../images/static-program.ts';
import type { ContainerConfig, Sandbox } from '../contract.ts';
import type { TestNode } from './test-node.ts';

/** images/probe in the root file system of a test's node, and on this machine beside it. */
export class Prober {
  readonly #node: TestNode;
  readonly program: string;

  private constructor(node: TestNode) {
    this.#node = node;
    this.program = join(node.base, 'probe');
  }

  /** After `open` of the node and before its first container. `TIPHYS_PROBE` names a program that is built already. */
  static async install(node: TestNode): Promise<Prober> {
    const prober = new Prober(node);
    const built = process.env['TIPHYS_PROBE'];
    const bytes = built === undefined ? await staticProgram(PROBE_SOURCE) : readFileSync(built);
    for (const path of [prober.program, join(node.rootfs, 'bin/probe')]) writeFileSync(path, bytes, { mode: 0o755 });
    return prober;
  }

  /** What it says in a container. */
  async inside(
    sandbox: Sandbox,
    args: readonly string[],
    overrides: Partial<ContainerConfig> = {},
  ): Promise<readonly string[]> {
    const { lines } = await this.#node.run(sandbox, '', { args: ['probe', ...args], ...overrides });
    return lines.map(line => line.replace(/^std(out|err) F /, ''));
  }

  /** What it says on this machine. */
  outside(...args: readonly string[]): readonly string[] {
    return execFileSync(this.program, args, { encoding: 'utf8' }).trimEnd().split('\n');
  }
}

/** `name value` lines as a table; names may have spaces. */
export const factsOf = (lines: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(lines.map(line => [line.slice(0, line.lastIndexOf(' ')), line.slice(line.lastIndexOf(' ') + 1)]));
