import type { Readable } from 'node:stream';
import type { Runtime } from '../../runtime/contract.ts';
import type { Timers } from '../../../src/base/world.ts';

export interface ExecResult {
  /** `undefined` when it did not end before the deadline and was killed. */
  readonly exitCode: number | undefined;
  /** Both streams as they came, cut at the limit. */
  readonly output: string;
}

/** Runs a command in a container to its end, or to the deadline. */
export async function execCommand(
  runtime: Pick<Runtime, 'exec'>,
  timers: Timers,
  containerId: string,
  args: readonly string[],
  { deadlineMs, maxOutputBytes, signal }: { deadlineMs: number; maxOutputBytes: number; signal?: AbortSignal },
): Promise<ExecResult> {
  const session = await runtime.exec(containerId, { args, tty: false, stdin: false });
  const expired = Promise.withResolvers<undefined>();
  const expire = (): void => expired.resolve(undefined);
  using _timer = timers.after(deadlineMs, expire);
  signal?.addEventListener('abort', expire);
  const chunks: Buffer[] = [];
  let size = 0;
  const collect = (stream: Readable | null): Promise<void> => {
    if (stream === null) return Promise.resolve();
    stream.on('data', (chunk: Buffer) => {
      if (size < maxOutputBytes) chunks.push(chunk.subarray(0, maxOutputBytes - size));
      size += chunk.length;
    });
    return new Promise(resolve => {
      stream.on('close', resolve);
      stream.on('end', resolve);
      stream.on('error', () => resolve());
    });
  };
  const drained = Promise.all([collect(session.stdout), collect(session.stderr)]);
  const exit = await Promise.race([session.exit, expired.promise]);
  if (exit === undefined) session.kill();
  else await Promise.race([drained, expired.promise]);
  signal?.removeEventListener('abort', expire);
  return { exitCode: exit?.exitCode, output: Buffer.concat(chunks).toString('utf8') };
}
