import type { Readable } from 'node:stream';
import { StatusError } from '../../../src/api/status-error.ts';
import type { Timers } from '../../../src/base/world.ts';
import { BODY_BYTES } from '../limits.ts';

const NOTHING = Buffer.alloc(0);

/** The whole body. Throws 413 for one too large, 408-like Timeout for one that does not come. */
export async function readBody(stream: Readable, timers: Timers, requestMs: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let isLate = false;
  using _deadline = timers.after(requestMs, () => {
    isLate = true;
    stream.destroy();
  });
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > BODY_BYTES) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof StatusError) throw error;
    const text = isLate ? 'the request body did not arrive in time' : 'the request body ended early';
    throw new StatusError('BadRequest', text, { cause: error });
  }
  const [only] = chunks;
  return chunks.length < 2 ? (only ?? NOTHING) : Buffer.concat(chunks, bytes);
}

const tooLarge = (): StatusError =>
  new StatusError('RequestEntityTooLarge', `Request entity too large: limit is ${BODY_BYTES}`);
