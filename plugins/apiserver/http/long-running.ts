import type { DoorLimits } from '../limits.ts';
import { tooMany } from './read-body.ts';

/** The watches and streams that are open: so many of all, so many of one user. */
export class LongRunning {
  readonly #limits: DoorLimits;
  #open = 0;
  readonly #openOf = new Map<string, number>();

  constructor(limits: DoorLimits) {
    this.#limits = limits;
  }

  /** One more, until what it returns is disposed of. Throws `StatusError` where that is too many. */
  take(userName: string): Disposable {
    const ofUser = this.#openOf.get(userName) ?? 0;
    if (this.#open >= this.#limits.longRunning || ofUser >= this.#limits.longRunningOfUser) throw tooMany();
    this.#open += 1;
    this.#openOf.set(userName, ofUser + 1);
    return { [Symbol.dispose]: () => this.#leave(userName) };
  }

  #leave(userName: string): void {
    this.#open -= 1;
    const left = (this.#openOf.get(userName) ?? 1) - 1;
    if (left === 0) this.#openOf.delete(userName);
    else this.#openOf.set(userName, left);
  }
}
