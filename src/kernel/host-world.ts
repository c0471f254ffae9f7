import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import * as files from 'node:fs/promises';
import { hostname, networkInterfaces } from 'node:os';
import type { ProgramOutput, ReadOptions, Timers, World } from '../base/world.ts';

/** The world as this machine has it. The only file that touches the globals behind `World`. */
export function hostWorld(): World {
  return {
    clock: { now: () => Date.now(), monotonicMs: () => performance.now(), cpuMs },
    timers,
    random: { bytes: length => randomBytes(length), uuid: () => randomUUID(), fraction: () => Math.random() },
    files,
    network: {
      hostname,
      addresses: () =>
        Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
          (addresses ?? [])
            .filter(address => !address.internal)
            .map(({ address, family }) => ({ interface: name, address, family: family === 'IPv4' ? 4 : 6 }) as const),
        ),
    },
    processes: {
      pid: process.pid,
      env: process.env,
      abort(reason) {
        process.stderr.write(`tiphys: ${reason}\n`);
        process.exit(70); // EX_SOFTWARE: a state from which going on would lose data
      },
      run: runProgram,
      read: readProgram,
    },
  };
}

function runProgram(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<number> {
  return new Promise(done => {
    const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...env } });
    child.once('error', () => done(NO_PROGRAM));
    child.once('close', code => done(code ?? 1));
  });
}
const NO_PROGRAM = 127;
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

function readProgram(
  program: string,
  args: readonly string[],
  { env = {}, isAlone = false, hasInput = false, input, timeoutMs }: ReadOptions,
): Promise<ProgramOutput | undefined> {
  return new Promise(done => {
    const child = spawn(program, args, {
      stdio: [hasInput ? 'inherit' : input === undefined ? 'ignore' : 'pipe', 'pipe', 'inherit'],
      env: isAlone ? { ...env } : { ...process.env, ...env },
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    // Who reads none of it may close it.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
    child.stdout?.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_OUTPUT_BYTES) child.kill();
      else chunks.push(chunk);
    });
    child.once('error', () => done(undefined));
    child.once('close', code => done({ code: code ?? -1, stdout: Buffer.concat(chunks).toString('utf8') }));
  });
}

/** setTimeout's own limit; longer delays would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** The kernel accounts a running thread's time by ticks of 4 ms unless the whole process's time is asked for. */
function cpuMs(): number {
  process.cpuUsage();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Node's come up to a millisecond early, as they count whole ones; longer delays than they know are waited in parts. */
function after(delayMs: number, run: () => void): Disposable {
  const dueMs = performance.now() + delayMs;
  const wait = (leftMs: number): NodeJS.Timeout => setTimeout(look, Math.min(Math.ceil(leftMs), MAX_DELAY_MS)).unref();
  const look = (): void => {
    const leftMs = dueMs - performance.now();
    if (leftMs > 0) timer = wait(leftMs);
    else run();
  };
  let timer = wait(delayMs);
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}

const timers: Timers = {
  after,
  every(periodMs, run) {
    const timer = setInterval(run, Math.min(periodMs, MAX_DELAY_MS)).unref();
    return { [Symbol.dispose]: () => clearInterval(timer) };
  },
  sleep(delayMs, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = (): void => {
        timer[Symbol.dispose]();
        reject(signal?.reason);
      };
      const timer = after(delayMs, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  },
};
