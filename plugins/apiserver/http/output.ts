import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { CodedError } from '../../../src/base/coded-error.ts';
import type { Timers } from '../../../src/base/world.ts';

/** What went wrong with a client that gets an answer bit by bit. */
export class OutputError extends CodedError<'Stalled' | 'Gone'> {
  constructor(code: OutputError['code']) {
    super(code, code === 'Stalled' ? 'the client does not read' : 'the client is gone');
  }
}

/**
 * Writes and waits for room, so that a slow client holds back whoever writes to it and nothing piles up.
 * One that does not read at all is cut after `stallMs`.
 */
export async function writeTo(stream: Writable, bytes: Uint8Array, timers: Timers, stallMs: number): Promise<void> {
  if (stream.destroyed || stream.writableEnded) throw new OutputError('Gone');
  if (stream.write(bytes)) return;
  const over = new AbortController();
  let isStalled = false;
  using _deadline = timers.after(stallMs, () => {
    isStalled = true;
    over.abort();
  });
  const closed = (): void => over.abort();
  stream.once('close', closed);
  try {
    await once(stream, 'drain', { signal: over.signal });
  } catch (error) {
    if (!over.signal.aborted) throw error;
    stream.destroy();
    throw new OutputError(isStalled ? 'Stalled' : 'Gone');
  } finally {
    stream.off('close', closed);
  }
}

/** Resolves once the bytes are out of hand, so that their memory may be used again; else as `writeTo`. */
export function sendTo(stream: Writable, bytes: Uint8Array, timers: Timers, stallMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const over = (code?: OutputError['code']): void => {
      deadline[Symbol.dispose]();
      stream.off('close', gone);
      if (code === undefined) return resolve();
      stream.destroy();
      reject(new OutputError(code));
    };
    const gone = (): void => over('Gone');
    const deadline = timers.after(stallMs, () => over('Stalled'));
    if (stream.destroyed || stream.writableEnded) return gone();
    stream.once('close', gone);
    stream.write(bytes, error => over(error ? 'Gone' : undefined));
  });
}
