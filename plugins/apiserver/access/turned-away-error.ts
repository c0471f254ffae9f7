import { StatusError } from '../../../src/api/status-error.ts';

export const TOO_MANY = 'Too many requests, please try again later.';

/** A request that got no turn; its client is told in plain text, as upstream does before there is any object. */
export class TurnedAwayError extends StatusError {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super('TooManyRequests', TOO_MANY);
    this.name = 'TurnedAwayError';
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
