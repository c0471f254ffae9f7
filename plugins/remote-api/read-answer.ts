import type { Readable } from 'node:stream';
import { messageOf } from '../../src/base/message-of.ts';
import { StatusError } from '../../src/api/status-error.ts';
import { ANSWER_BYTES } from './limits.ts';

/** The whole body as text. Throws `StatusError` where it breaks off or is too long. */
export async function readAnswer(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > ANSWER_BYTES) throw new Error(`it is longer than ${ANSWER_BYTES} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    body.destroy();
    const why = messageOf(error);
    throw new StatusError('ServiceUnavailable', `the answer broke off: ${why}`, { cause: error });
  }
  return Buffer.concat(chunks, bytes).toString('utf8');
}
