import type { Writable } from 'node:stream';
import type { Timers } from '../../../src/base/world.ts';
import { ANSWER_CHUNK_BYTES } from '../limits.ts';
import { writeTo } from './output.ts';
import type { Reply } from './server.ts';

/**
 * A whole answer from its parts. A small one goes out at once with its length; a large one in pieces, with
 * other requests served in between: a list of megabytes must not hold up a get.
 */
export async function writeParts(
  raw: Reply['raw'],
  parts: readonly Buffer[],
  timers: Timers,
  stallMs: number,
): Promise<void> {
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  if (total > 0) raw.setHeader('content-length', total);
  const stream = raw as unknown as Writable;
  if (total <= ANSWER_CHUNK_BYTES) {
    stream.end(parts.length === 1 ? parts[0] : Buffer.concat(parts, total));
    return;
  }
  let batch: Buffer[] = [];
  let bytes = 0;
  for (const part of parts) {
    batch.push(part);
    bytes += part.length;
    if (bytes < ANSWER_CHUNK_BYTES) continue;
    await writeTo(stream, Buffer.concat(batch, bytes), timers, stallMs);
    await new Promise<void>(resolve => void setImmediate(resolve));
    batch = [];
    bytes = 0;
  }
  stream.end(Buffer.concat(batch, bytes));
}
