import { internalError } from '../../../src/api/internal-error.ts';
import { StatusError } from '../../../src/api/status-error.ts';
import { StoreError } from '../../../src/store/store.ts';

/** What a client is told of a store's refusal; other errors are passed on as they are. */
export function statusOfStoreError(error: unknown): unknown {
  if (!(error instanceof StoreError)) return error;
  switch (error.code) {
    case 'Compacted':
      return new StatusError('Expired', 'The resourceVersion for the provided list is too old.', { cause: error });
    case 'FutureRevision':
      return tooLargeRevision(error.message);
    case 'ValueTooLarge':
      return new StatusError('RequestEntityTooLarge', `Request entity too large: ${error.message}`, { cause: error });
    case 'Overrun':
      return new StatusError('Expired', 'too slow to follow the watch', { cause: error });
    // As upstream passes on that etcd has no space: nothing that trying again soon would mend.
    case 'Full':
      return new StatusError('', error.message, { cause: error });
    // A write may have come through: a client looks before it tries again.
    case 'Unanswered':
      return new StatusError('Timeout', `Timeout: the store did not answer in time: ${error.message}`, {
        cause: error,
      });
    case 'Unreadable':
      return internalError(error.message, error);
    case 'Failed':
    case 'Corrupt':
    case 'Locked':
    case 'Closed':
      return new StatusError('ServiceUnavailable', `the store does not serve: ${error.message}`, {
        cause: error,
        details: { retryAfterSeconds: 1 },
      });
  }
}

/** 504 that clients retry; storage.NewTooLargeResourceVersionError. */
export function tooLargeRevision(detail: string): StatusError {
  return new StatusError('Timeout', `Timeout: Too large resource version: ${detail}`, {
    details: {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    },
  });
}
