import { spawn, type ChildProcess } from 'node:child_process';
import { eventually } from './eventually.ts';

/** A command that goes on while a test looks at what it printed so far. */
export class RunningCommand implements AsyncDisposable {
  readonly #process: ChildProcess;
  /** What it printed to both of its outputs. */
  output = '';
  readonly exitCode: Promise<number | null>;

  constructor(program: string, ...args: readonly string[]) {
    this.#process = spawn(program, args, { stdio: 'pipe' });
    const note = (chunk: Buffer): void => void (this.output += chunk.toString());
    this.#process.stdout?.on('data', note);
    this.#process.stderr?.on('data', note);
    // It may end before it has read everything.
    this.#process.stdin?.on('error', () => undefined);
    this.exitCode = new Promise((done, failed) => {
      this.#process.once('error', failed);
      this.#process.once('close', code => done(code));
    });
  }

  write(text: string): void {
    this.#process.stdin?.write(text);
  }

  endInput(): void {
    this.#process.stdin?.end();
  }

  /** Resolves to the output once `holds` does not throw. */
  until(holds: (output: string) => void): Promise<string> {
    return eventually(async () => this.output, holds);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.exitCode;
  }
}
