import type { Reply } from './exchange.ts';

/** The whole of a short answer at once. */
export function endReply(reply: Reply, code: number, contentType: string, text: string | Buffer, method: string): void {
  reply.code = code;
  reply.setHeader('content-type', contentType);
  if (code !== 304) reply.setHeader('content-length', Buffer.byteLength(text));
  if (method === 'HEAD' || code === 304) reply.end();
  else reply.end(text);
}
