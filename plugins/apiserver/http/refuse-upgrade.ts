import type { Duplex } from 'node:stream';
import type { StatusError } from '../../../src/api/status-error.ts';
import { TurnedAwayError } from '../access/turned-away-error.ts';

/** Answers a connection that nobody takes over, and ends it. */
export function refuseUpgrade(refusal: StatusError, socket: Duplex): void {
  if (socket.destroyed) return;
  const { status } = refusal;
  const body = JSON.stringify(status);
  const later = refusal instanceof TurnedAwayError ? `Retry-After: ${refusal.retryAfterSeconds}\r\n` : '';
  socket.end(
    `HTTP/1.1 ${status.code} ${status.reason ?? ''}\r\nContent-Type: application/json\r\n${later}` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
