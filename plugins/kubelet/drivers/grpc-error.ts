import { status } from '@grpc/grpc-js';

/** What a driver answered instead of a message, in the words that Go's gRPC has for it. */
export class GrpcError extends Error {
  readonly code: status;
  constructor(code: status, details: string, options?: ErrorOptions) {
    super(`rpc error: code = ${nameOf(code)} desc = ${details}`, options);
    this.name = 'GrpcError';
    this.code = code;
  }
}

/** `DEADLINE_EXCEEDED` as `DeadlineExceeded`. */
const nameOf = (code: status): string =>
  code === status.OK
    ? 'OK'
    : (status[code] ?? `Code(${code})`)
        .split('_')
        .map(word => `${word.slice(0, 1)}${word.slice(1).toLowerCase()}`)
        .join('');
