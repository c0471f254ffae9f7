import type { Image, PullOptions } from './contract.ts';
import { IMAGE_LIMITS } from './limits.ts';
import { formatReference, type Reference } from './reference.ts';

/**
 * One pull per reference however many wait for it; it is given up when all of them are gone. Whoever
 * comes with other credentials flies alone: an image must not be had on a stranger's password.
 */
export class PullFlights {
  readonly #pull: (reference: Reference, options: PullOptions) => Promise<Image>;
  readonly #flights = new Map<string, Flight>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(pull: (reference: Reference, options: PullOptions) => Promise<Image>) {
    this.#pull = pull;
  }

  pull(reference: Reference, options: PullOptions): Promise<Image> {
    const key = JSON.stringify([formatReference(reference), options.credentials]);
    const flight = this.#flights.get(key) ?? this.#start(key, reference, options);
    flight.waiting += 1;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        reject(options.signal.reason);
        flight.waiting -= 1;
        if (flight.waiting > 0) return;
        this.#flights.delete(key);
        flight.abort.abort(options.signal.reason);
      };
      if (options.signal.aborted) return leave();
      options.signal.addEventListener('abort', leave, { once: true });
      flight.done.then(resolve, reject).finally(() => options.signal.removeEventListener('abort', leave));
    });
  }

  #start(key: string, reference: Reference, { credentials }: PullOptions): Flight {
    const abort = new AbortController();
    const done = this.#inTurn(() => {
      abort.signal.throwIfAborted();
      return this.#pull(reference, { credentials, signal: abort.signal });
    }).finally(() => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    });
    done.catch(() => undefined);
    const flight: Flight = { abort, done, waiting: 0 };
    this.#flights.set(key, flight);
    return flight;
  }

  async #inTurn<T>(run: () => Promise<T>): Promise<T> {
    if (this.#running >= IMAGE_LIMITS.parallelPulls) await new Promise<void>(resolve => this.#waiting.push(resolve));
    this.#running += 1;
    try {
      return await run();
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }
}

interface Flight {
  readonly abort: AbortController;
  readonly done: Promise<Image>;
  waiting: number;
}
