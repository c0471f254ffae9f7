import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { World } from '../../../src/base/world.ts';
import { capturedRun } from './captured-run.ts';

/** A command that goes on by itself. */
export interface StartedRun {
  /** The first that it printed. */
  readonly line: string;
  /** Ends it; answers what it printed of errors. */
  readonly end: () => Promise<string>;
}

/** Our own client in this process. */
export async function startOwn(world: World, words: readonly string[], folder: string): Promise<StartedRun> {
  const over = new AbortController();
  const started = Promise.withResolvers<string>();
  const run = capturedRun(world, words, { folder, over: over.signal, onOut: started.resolve });
  void run.then(({ stderr }) => started.reject(new Error(stderr)));
  return {
    line: await started.promise,
    async end() {
      over.abort();
      return (await run).stderr;
    },
  };
}

export async function startReal(binary: string, words: readonly string[], folder: string): Promise<StartedRun> {
  const child = spawn(binary, words, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const stderr = text(child.stderr);
  const closed = once(child, 'close');
  const line = new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    closed.then(async () => reject(new Error(await stderr)), reject);
  });
  return {
    line: await line,
    async end() {
      child.kill();
      await closed;
      return stderr;
    },
  };
}
