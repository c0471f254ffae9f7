import type { Reply } from './exchange.ts';

/** The whole of a short answer at once. Answers how many bytes it has. */
export function endReply(
  reply: Reply,
  code: number,
  contentType: string,
  text: string | Buffer,
  method: string,
): number {
  const bytes = Buffer.byteLength(text);
  reply.code = code;
  reply.setHeader('content-type', contentType);
  if (code !== 304) reply.setHeader('content-length', bytes);
  if (method !== 'HEAD' && code !== 304) {
    reply.end(text);
    return bytes;
  }
  reply.end();
  return 0;
}
