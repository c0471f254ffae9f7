import { messageOf } from '../../src/base/message-of.ts';
import { StatusError } from '../../src/api/status-error.ts';
import { statusOfStoreError } from './objects/store-failure.ts';

/** What a client is told of any failure; what is no StatusError is a defect of ours, and 500. */
export function statusOfError(error: unknown): StatusError {
  const known = statusOfStoreError(error);
  if (known instanceof StatusError) return known;
  const message = messageOf(known);
  return new StatusError('InternalError', `Internal error occurred: ${message}`, {
    cause: known,
    details: { causes: [{ message }] },
  });
}

/** Whether a failure is one that nobody has foreseen. */
export const isDefect = (error: unknown): boolean => !(statusOfStoreError(error) instanceof StatusError);
