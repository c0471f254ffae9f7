import { isRecord } from '../../src/api/json-record.ts';
import { STATUS_CODES, StatusError, type Status } from '../../src/api/status-error.ts';

const LEAST_CODE = 400;
const MOST_CODE = 599;

/** What a client is told whose request a webhook refused: the webhook's own status, as far as it is one of a failure. */
export function deniedError(webhook: string, status: Partial<Status> = {}): StatusError {
  const { message = '', reason = '', code = 0, details } = status;
  const denied = `admission webhook ${JSON.stringify(webhook)} denied the request`;
  const why = message === '' ? reason : message;
  return new StatusError(reason, why === '' ? `${denied} without explanation` : `${denied}: ${why}`, {
    ...(isRecord(details) ? { details } : {}),
    code: code < LEAST_CODE ? LEAST_CODE : code > MOST_CODE ? STATUS_CODES[''] : code,
  });
}
