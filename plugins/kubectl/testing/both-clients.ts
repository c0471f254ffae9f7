import { execFile, type ExecFileException } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { World } from '../../../src/base/world.ts';
import { capturedRun, type CapturedRun } from './captured-run.ts';

/** Two clients that do the same in namespaces of their own, with kubeconfigs and a folder of files alike. */
export class BothClients {
  readonly #binary: string;
  readonly #world: World;
  readonly #folder: string;

  constructor(binary: string, world: World, folder: string) {
    this.#binary = binary;
    this.#world = world;
    this.#folder = folder;
  }

  /** What both answer to lines of words, `'` around what holds spaces; NAMESPACE is each one's own, after `<<<` stands their input. */
  async run(
    lines: readonly string[],
    kubeconfig: string,
    name: string,
  ): Promise<readonly [CapturedRun[], CapturedRun[]]> {
    const [real, own] = await Promise.all([
      this.#sequence(lines, `real-${name}`, kubeconfig, (args, input, env) => this.#real(args, input, env)),
      this.#sequence(lines, `ours-${name}`, kubeconfig, (args, input, env) => this.#own(args, input, env)),
    ]);
    return [real, own];
  }

  async #sequence(
    lines: readonly string[],
    namespace: string,
    kubeconfig: string,
    run: (args: readonly string[], input: string, env: Env) => Promise<CapturedRun>,
  ): Promise<CapturedRun[]> {
    const path = join(this.#folder, `${namespace}.kubeconfig`);
    const config = JSON.parse(kubeconfig) as { contexts: { context: Record<string, string> }[] };
    for (const { context } of config.contexts) context['namespace'] = namespace;
    await writeFile(path, JSON.stringify(config));
    const env = {
      KUBECONFIG: path,
      KUBECACHEDIR: join(this.#folder, 'cache'),
      HOME: this.#folder,
      TZ: 'UTC',
      PATH: `${join(this.#folder, 'plug')}:${join(this.#folder, 'none')}:/bin`,
    };
    await this.#real(['create', 'namespace', namespace], '', env);
    const runs: CapturedRun[] = [];
    for (const line of lines) {
      const [command = '', input = ''] = line.replaceAll('NAMESPACE', namespace).split(' <<< ');
      const answer = await run(wordsOf(command), input, env);
      runs.push({
        code: answer.code,
        stdout: plain(answer.stdout, namespace),
        stderr: plain(answer.stderr, namespace),
      });
    }
    return runs;
  }

  #own(args: readonly string[], input: string, env: Env): Promise<CapturedRun> {
    const world = { ...this.#world, processes: { ...this.#world.processes, env } };
    return capturedRun(world, args, { input, folder: this.#folder });
  }

  #real(args: readonly string[], input: string, env: Env): Promise<CapturedRun> {
    return new Promise(done => {
      const child = execFile(
        this.#binary,
        args,
        { env: { ...this.#world.processes.env, ...env, ...BRIEF }, cwd: this.#folder, timeout: 20_000 },
        (error: ExecFileException | null, stdout, stderr) => {
          done({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
        },
      );
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(input);
    });
  }
}

/** Hundreds of processes that end before their garbage is worth a collection. */
const BRIEF: Env = { GOGC: 'off' };

type Env = Readonly<Record<string, string>>;

const wordsOf = (line: string): readonly string[] =>
  [...line.matchAll(/(?:[^\s']|'[^']*')+/g)].map(([word]) => word.replaceAll(/'([^']*)'/g, '$1'));

/** Without what differs from one run to the next: ages, moments, revisions, uids, and with them widths of columns. */
function plain(text: string, namespace: string): string {
  return text
    .replaceAll(namespace, 'NAMESPACE')
    .replaceAll(/kubectl\.1\.\d+/g, 'kubectl')
    .replaceAll(/debugger-(.*?)\b[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, 'debugger-$1RANDOM')
    .replaceAll(/WARNING: version difference .*\n/g, '')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, 'TIME')
    .replaceAll(/[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} \+0000/g, 'TIME')
    .replaceAll(/((?:uid|resourceVersion|UID)"?: "?)[\w-]+/g, '$1X')
    .replaceAll(/ +\d+m?\d*s\b/g, '  AGE');
}
