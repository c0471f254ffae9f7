import type { World } from '../../src/base/world.ts';
import type { Terminal } from './terminal.ts';

/** This process's own streams. Signals end the process as they would any other. */
export function ownTerminal(world: World): Terminal & Disposable {
  let hasInput = false;
  process.stdout.on('error', () => process.exit(0));
  return {
    out: text => void process.stdout.write(text),
    err: text => void process.stderr.write(text),
    input() {
      hasInput = true;
      return process.stdin;
    },
    get isInputTerminal() {
      return process.stdin.isTTY;
    },
    isOutputTerminal: process.stdout.isTTY,
    size: () => ({ rows: process.stdout.rows ?? 0, columns: process.stdout.columns ?? 0 }),
    rawInput() {
      process.stdin.setRawMode(true);
      return { [Symbol.dispose]: () => void process.stdin.setRawMode(false) };
    },
    onResize(run) {
      process.stdout.on('resize', run);
      return { [Symbol.dispose]: () => void process.stdout.off('resize', run) };
    },
    over: new AbortController().signal,
    workFolder: process.cwd(),
    run: (program, args, env = {}) => world.processes.run(program, args, env),
    // An input that is still open would keep the process.
    [Symbol.dispose]() {
      if (hasInput) process.stdin.destroy();
    },
  };
}
