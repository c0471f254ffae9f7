import { StatusError } from '../../../src/api/status-error.ts';
import { MAX_EXEC_SESSIONS } from '../limits.ts';

/** How many clients may stream to and from this node's pods at a time. */
export class StreamSlots {
  #taken = 0;

  /** To be disposed of when the stream is over. Throws a `StatusError` where there are too many. */
  take(): Disposable {
    if (this.#taken >= MAX_EXEC_SESSIONS) {
      throw new StatusError('TooManyRequests', `this node serves ${MAX_EXEC_SESSIONS} streams at most`);
    }
    this.#taken++;
    return { [Symbol.dispose]: () => void this.#taken-- };
  }
}
