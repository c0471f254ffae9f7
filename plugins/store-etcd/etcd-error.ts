import { status, type ServiceError } from '@grpc/grpc-js';
import { StoreError, type StoreErrorCode } from '../../src/store/store.ts';

/** etcd's refusals (v3rpc/rpctypes/error.go) by their words, and as which of ours they are told. */
const REFUSALS: readonly (readonly [code: status, words: string, as: StoreErrorCode])[] = [
  [status.OUT_OF_RANGE, 'required revision has been compacted', 'Compacted'],
  [status.OUT_OF_RANGE, 'required revision is a future revision', 'FutureRevision'],
  [status.RESOURCE_EXHAUSTED, 'database space exceeded', 'Full'],
  [status.RESOURCE_EXHAUSTED, 'too many requests', 'Overrun'],
  [status.INVALID_ARGUMENT, 'request is too large', 'ValueTooLarge'],
  [status.INVALID_ARGUMENT, 'too many operations', 'ValueTooLarge'],
  [status.DATA_LOSS, 'corrupt', 'Corrupt'],
];

/** What is neither an answer nor a refusal is `Unanswered`: a write may have been done or not. */
export function storeErrorOf(error: ServiceError, endpoint: string): StoreError {
  const refusal = REFUSALS.find(([code, words]) => code === error.code && error.details.includes(words));
  if (refusal !== undefined) return new StoreError(refusal[2], error.details, { cause: error });
  return new StoreError('Unanswered', `etcd at ${endpoint}: ${error.details}`, { cause: error });
}

/** The request did not leave this process, so that it may be sent elsewhere. */
export const neverLeft = ({ code, details }: ServiceError): boolean =>
  code === status.UNAVAILABLE && /^(No connection established|Name resolution failed)/.test(details);

/** Another member may do better. */
export const isMembersFault = ({ code }: ServiceError): boolean =>
  code === status.UNAVAILABLE || code === status.CANCELLED;
