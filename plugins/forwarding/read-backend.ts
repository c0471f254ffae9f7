import type { Timers } from '../../src/base/world.ts';
import { askBackend, BackendError, type Backend } from './backend.ts';
import { READ_BYTES, READ_MS } from './limits.ts';

export interface WholeAnswer {
  readonly code: number;
  readonly body: Buffer;
}

/** GET of a document, whole. Rejects with `BackendError`, worded as Go's HTTP client does. */
export async function readBackend(
  timers: Timers,
  backend: Backend,
  path: string,
  headers: readonly string[],
): Promise<WholeAnswer> {
  const over = new AbortController();
  using _deadline = timers.after(READ_MS, () => over.abort());
  try {
    const asked = { method: 'GET', path, headers, signal: over.signal };
    const reply = await askBackend(timers, backend, asked);
    if (reply.type === 'upgrade') {
      reply.socket.destroy();
      throw new BackendError('unexpected upgrade');
    }
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of reply.answer) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size > READ_BYTES) {
        reply.answer.destroy();
        throw new BackendError(`the answer is larger than ${READ_BYTES} bytes`);
      }
    }
    return { code: reply.answer.statusCode ?? 0, body: Buffer.concat(chunks) };
  } catch (error) {
    if (over.signal.aborted) {
      throw new BackendError('context deadline exceeded (Client.Timeout exceeded while awaiting headers)');
    }
    if (error instanceof BackendError) throw error;
    throw new BackendError('unexpected EOF', { cause: error });
  }
}
