import type { Duplex } from 'node:stream';
import type { AuditTrail } from '../../audit/contract.ts';

const STATUS_LINE = /^HTTP\/1\.1 (\d{3}) /;
const STATUS_LINE_BYTES = 16;

/**
 * Puts on record what becomes of a connection that is to be upgraded: whoever takes it over answers with the first
 * bytes that are written to it, and the request ends when the connection does.
 */
export function recordUpgrade(trail: AuditTrail, socket: Duplex): void {
  let code: number | undefined;
  onFirstBytes(socket, chunk => {
    const text = Buffer.isBuffer(chunk) ? chunk.toString('latin1', 0, STATUS_LINE_BYTES) : String(chunk);
    code = Number(STATUS_LINE.exec(text)?.[1] ?? 101);
    void trail.started(code);
  });
  socket.once('close', () => {
    if (code === undefined) trail.responseStatus({ status: 'Success', message: 'Connection closed early' });
    void trail.completed(code ?? 200);
  });
}

const WAYS = ['write', 'end'] as const;

function onFirstBytes(socket: Duplex, tell: (chunk: unknown) => void): void {
  for (const way of WAYS) {
    const real: unknown = socket[way];
    const value = (...given: readonly unknown[]): unknown => {
      for (const each of WAYS) Reflect.deleteProperty(socket, each);
      tell(given[0]);
      return Reflect.apply(real as () => unknown, socket, given);
    };
    Object.defineProperty(socket, way, { configurable: true, value });
  }
}
