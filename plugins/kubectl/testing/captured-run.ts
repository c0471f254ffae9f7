import { execFile, type ExecFileException } from 'node:child_process';
import { Readable } from 'node:stream';
import type { World } from '../../../src/base/world.ts';
import { runKubectl } from '../run-kubectl.ts';

export interface CapturedRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs our own client in this process. */
export async function capturedRun(
  world: World,
  args: readonly string[],
  {
    input = '',
    folder = '/',
    over = new AbortController().signal,
    onOut = () => undefined,
  }: {
    readonly input?: string;
    readonly folder?: string;
    readonly over?: AbortSignal;
    /** Told of all that stands on its output, each time there is more. */
    readonly onOut?: (stdout: string) => void;
  } = {},
): Promise<CapturedRun> {
  let [stdout, stderr] = ['', ''];
  const text = (part: string | Uint8Array): string => (typeof part === 'string' ? part : Buffer.from(part).toString());
  const code = await runKubectl(args, world, {
    out(part) {
      stdout += text(part);
      onOut(stdout);
    },
    err: part => void (stderr += text(part)),
    input: () => Readable.from([Buffer.from(input)]),
    isInputTerminal: false,
    isOutputTerminal: false,
    size: () => ({ rows: 0, columns: 0 }),
    rawInput: () => ({ [Symbol.dispose]: () => undefined }),
    onResize: () => ({ [Symbol.dispose]: () => undefined }),
    over,
    workFolder: folder,
    run: (program, rest, more = {}) =>
      new Promise(done => {
        const env = { ...world.processes.env, ...more };
        execFile(program, rest, { env, timeout: 20_000 }, (error: ExecFileException | null, out, err) => {
          stdout += out;
          stderr += err;
          done(error === null ? 0 : Number(error.code ?? -1));
        });
      }),
  });
  return { code, stdout, stderr };
}
