import type { Readable } from 'node:stream';
import type { Clock } from '../../src/base/world.ts';
import { ContentError } from './content-error.ts';
import { paced } from './paced.ts';

/** A whole body, or TooLarge as soon as it is longer than `maxBytes`. */
export async function readBounded(body: Readable, clock: Clock, maxBytes: number, what: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of paced(body, clock)) {
    size += chunk.length;
    if (size > maxBytes) throw new ContentError('TooLarge', `${what} is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
