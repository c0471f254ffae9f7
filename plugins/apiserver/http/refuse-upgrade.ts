import type { Duplex } from 'node:stream';
import type { StatusError } from '../../../src/api/status-error.ts';

/** Answers a connection that nobody takes over, and ends it. */
export function refuseUpgrade({ status }: StatusError, socket: Duplex): void {
  if (socket.destroyed) return;
  const body = JSON.stringify(status);
  socket.end(
    `HTTP/1.1 ${status.code} ${status.reason ?? ''}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
