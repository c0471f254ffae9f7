import type { ServerResponse } from 'node:http';

/** A short answer of the proxy's own, as Go's http.Error writes it. */
export function sendText(answer: ServerResponse, status: number, text: string): void {
  if (answer.headersSent) {
    answer.destroy();
    return;
  }
  const body = `${text}\n`;
  answer.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'content-length': Buffer.byteLength(body),
  });
  answer.end(body);
}
