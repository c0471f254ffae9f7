import type { Image, PullOptions } from './contract.ts';
import { IMAGE_LIMITS } from './limits.ts';
import { formatReference, type Reference } from './reference.ts';

/**
 * One pull per reference however many wait for it; it is given up when all of them are gone. Whoever
 * comes with other credentials flies alone: an image must not be had on a stranger's password. Each
 * registry has a number of pulls at a time of its own, so that a slow one holds up nobody else's.
 */
export class PullFlights {
  readonly #pull: (reference: Reference, options: PullOptions) => Promise<Image>;
  readonly #flights = new Map<string, Flight>();
  readonly #lanes = new Map<string, Lane>();

  constructor(pull: (reference: Reference, options: PullOptions) => Promise<Image>) {
    this.#pull = pull;
  }

  pull(reference: Reference, options: PullOptions): Promise<Image> {
    const key = JSON.stringify([formatReference(reference), options.credentials]);
    const flight = this.#flights.get(key) ?? this.#start(key, reference, options);
    flight.waiting += 1;
    if (options.began !== undefined) {
      if (flight.turn.began) options.began();
      else flight.turn.onBegan.push(options.began);
    }
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
    const turn: Turn = { began: false, onBegan: [] };
    const done = this.#inTurn(reference.domain, () => {
      abort.signal.throwIfAborted();
      turn.began = true;
      for (const tell of turn.onBegan.splice(0)) tell();
      return this.#pull(reference, { credentials, signal: abort.signal });
    }).finally(() => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    });
    done.catch(() => undefined);
    const flight: Flight = { abort, done, turn, waiting: 0 };
    this.#flights.set(key, flight);
    return flight;
  }

  async #inTurn<T>(domain: string, run: () => Promise<T>): Promise<T> {
    const lane = this.#lanes.get(domain) ?? { running: 0, waiting: [] };
    this.#lanes.set(domain, lane);
    if (lane.running < IMAGE_LIMITS.parallelPulls) lane.running += 1;
    else await new Promise<void>(resolve => lane.waiting.push(resolve));
    try {
      return await run();
    } finally {
      const next = lane.waiting.shift();
      if (next !== undefined) next();
      else if ((lane.running -= 1) === 0) this.#lanes.delete(domain);
    }
  }
}

/** The pulls of one registry. */
interface Lane {
  running: number;
  readonly waiting: (() => void)[];
}

interface Flight {
  readonly abort: AbortController;
  readonly done: Promise<Image>;
  waiting: number;
  readonly turn: Turn;
}

interface Turn {
  began: boolean;
  readonly onBegan: (() => void)[];
}
