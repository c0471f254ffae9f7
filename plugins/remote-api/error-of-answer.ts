import { isRecord } from '../../src/api/json-record.ts';
import { STATUS_CODES, StatusError, type StatusReason } from '../../src/api/status-error.ts';

const SHOWN_CHARS = 256;

/** The error that a server, or something on the way to it, answered with. */
export function errorOfAnswer(code: number, body: unknown, text: string): StatusError {
  if (isRecord(body) && body['kind'] === 'Status') {
    const { message, reason, details, metadata } = body;
    const token = isRecord(metadata) ? metadata['continue'] : undefined;
    return new StatusError(reasonOf(reason, code), typeof message === 'string' ? message : '', {
      ...(isRecord(details) ? { details } : {}),
      ...(typeof token === 'string' ? { continue: token } : {}),
    });
  }
  return new StatusError(
    reasonOf(undefined, code),
    `the server answered ${code}: ${text.slice(0, SHOWN_CHARS).trim()}`,
  );
}

const REASONS = Object.keys(STATUS_CODES) as readonly StatusReason[];

function reasonOf(reason: unknown, code: number): StatusReason {
  const said = REASONS.find(known => known === reason);
  return said ?? REASONS.find(known => STATUS_CODES[known] === code) ?? '';
}
