import type { Writable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { Timers } from '../../../src/base/world.ts';
import { ANSWER_CHUNK_BYTES, GZIP_FROM_BYTES } from '../limits.ts';
import { sendTo } from './output.ts';
import type { Reply } from './exchange.ts';

/**
 * A whole answer from its parts. A small one goes out at once with its length; a large one in pieces, with
 * other requests served in between: a list of megabytes must not hold up a get. Answers how many bytes it has.
 */
export async function writeParts(
  reply: Reply,
  parts: readonly Buffer[],
  timers: Timers,
  { stallMs, takesGzip }: { readonly stallMs: number; readonly takesGzip: boolean },
): Promise<number> {
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  const isPacked = takesGzip && total > GZIP_FROM_BYTES;
  if (isPacked) {
    reply.setHeader('content-encoding', 'gzip');
    reply.setHeader('vary', 'Accept-Encoding');
  } else if (total > 0) reply.setHeader('content-length', total);
  if (total <= ANSWER_CHUNK_BYTES) {
    reply.end(parts.length === 1 ? parts[0] : Buffer.concat(parts, total));
    return total;
  }
  const stream = isPacked ? packedInto(reply.begin()) : reply.begin();
  // Memory for all of a large answer at once would have to be collected again, which costs more than the answer.
  const chunk = Buffer.allocUnsafeSlow(ANSWER_CHUNK_BYTES);
  let filled = 0;
  for (const part of parts) {
    for (let from = 0; from < part.length; ) {
      const taken = part.copy(chunk, filled, from);
      from += taken;
      filled += taken;
      if (filled < chunk.length) continue;
      await sendTo(stream, chunk, timers, stallMs);
      await new Promise<void>(resolve => void setImmediate(resolve));
      filled = 0;
    }
  }
  stream.end(chunk.subarray(0, filled));
  return total;
}

/** Compresses fast rather than small, in a thread of its own, into an answer that ends and breaks with it. */
function packedInto(answer: Writable): Writable {
  const gzip = createGzip({ level: 1 });
  gzip.pipe(answer);
  answer.once('close', () => gzip.destroy());
  gzip.once('error', () => answer.destroy());
  gzip.once('close', () => {
    if (!answer.writableEnded) answer.destroy();
  });
  return gzip;
}

/** Whether an `Accept-Encoding` names it, as upstream reads that: no weights. */
export const takesGzip = (acceptEncoding: string | undefined): boolean =>
  (acceptEncoding ?? '').split(',').some(token => token.trim() === 'gzip');
