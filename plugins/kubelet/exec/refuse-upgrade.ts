import type { Duplex } from 'node:stream';
import { http } from '../../../src/base/http.ts';
import type { StatusError } from '../../../src/api/status-error.ts';

/** Answers a request for an upgrade with an error; the connection ends. */
export function refuseUpgrade(socket: Duplex, { status }: StatusError): void {
  answer(socket, status.code, ['Content-Type: application/json'], JSON.stringify(status));
}

/** The same in plain text, as Go's http.Error words it. */
export function refusePlainly(socket: Duplex, code: number, text: string, headers: readonly string[] = []): void {
  const type = ['Content-Type: text/plain; charset=utf-8', 'X-Content-Type-Options: nosniff'];
  answer(socket, code, [...headers, ...type], `${text}\n`);
}

function answer(socket: Duplex, code: number, headers: readonly string[], body: string): void {
  const length = `Content-Length: ${Buffer.byteLength(body)}`;
  const lines = [
    `HTTP/1.1 ${code} ${http.STATUS_CODES[code] ?? 'Error'}`,
    ...headers,
    length,
    'Connection: close',
    '',
    body,
  ];
  socket.end(lines.join('\r\n'));
}
