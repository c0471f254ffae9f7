import type { Readable } from 'node:stream';
import type { Timers } from '../../../src/base/world.ts';
import type { ExecSession } from '../../runtime/contract.ts';
import { HANG_UP_GRACE_MS } from '../limits.ts';
import type { ClientChannels } from './client-channels.ts';
import { exitOutcome, failedOutcome } from './exec-outcome.ts';
import type { StreamQuery } from './exec-query.ts';

/**
 * Carries a session between a client and a container; resolves when both are over. A session that does
 * not open is told on the error channel. When the client leaves, the session is killed, after a terminal's
 * program had time to hear that it was hung up. A client that takes nothing more after the program's end is left.
 */
export async function streamSession(
  timers: Timers,
  open: () => Promise<ExecSession>,
  query: StreamQuery,
  channels: ClientChannels,
): Promise<void> {
  let session: ExecSession;
  try {
    session = await open();
  } catch (error) {
    await channels.finish(failedOutcome(error));
    return;
  }
  let hangingUp: Disposable | undefined;
  let isOver = false;
  const abandon = (): void => {
    if (isOver) return;
    // What the program started may go on with the same pipes: nobody waits for that. A terminal hangs up.
    for (const stream of [session.stdin, session.stdout, session.stderr]) stream?.destroy();
    if (query.tty) hangingUp = timers.after(HANG_UP_GRACE_MS, () => session.kill());
    else session.kill();
  };
  void channels.closed.then(abandon);
  // The program may end, or close its input, before the client has sent everything: that is no failure.
  session.stdin?.on('error', () => session.stdin?.destroy());
  channels.receive(session);
  const outputs = [
    pump(session.stdout, 'stdout', query.stdout, channels),
    ...(session.stderr === null ? [] : [pump(session.stderr, 'stderr', query.stderr, channels)]),
  ];
  const { exitCode } = await session.exit;
  hangingUp?.[Symbol.dispose]();
  using _deaf = channels.leaveDeaf();
  await Promise.all(outputs);
  isOver = true;
  session.stdin?.destroy();
  await channels.finish(exitOutcome(exitCode));
}

/** What nobody asked for is read all the same, so that the program does not wait for its reader. */
async function pump(
  stream: Readable,
  output: 'stdout' | 'stderr',
  isAsked: boolean,
  channels: ClientChannels,
): Promise<void> {
  try {
    for await (const chunk of stream) {
      if (isAsked && chunk instanceof Uint8Array) await channels.send(output, chunk);
    }
  } catch (error) {
    // A terminal whose last process ended reads EIO, which is its end; a killed session is torn down.
    if (channels.isOpen && !isEnd(error)) throw error;
  }
  channels.end(output);
}

const isEnd = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EIO' || error.code === 'ERR_STREAM_PREMATURE_CLOSE');
