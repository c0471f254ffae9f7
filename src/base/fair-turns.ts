import type { Clock } from './world.ts';

/** In one round of the event loop nothing more begins once what did has taken so long... */
const SLICE_MS = 4;
/** ...nor more than this. */
const BEGUN_PER_ROUND = 8;

/**
 * Short pieces of work that arrive together, as requests do when a sync answers many clients at once, are
 * spread over rounds of the event loop, in the order they came: else a hundred of them would hold up
 * everything else for as long as all of them take.
 */
export class FairTurns {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #waiting: (() => void)[] = [];
  #round: { readonly beganMs: number; begun: number } | undefined;

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** Resolves when it is this one's turn; usually there is nothing to wait for. */
  async take(): Promise<void> {
    const now = this.#clock.monotonicMs();
    if (this.#round === undefined) {
      this.#round = { beganMs: now, begun: 0 };
      setImmediate(() => this.#nextRound());
    }
    const isFull = this.#round.begun >= BEGUN_PER_ROUND || now - this.#round.beganMs > SLICE_MS;
    if (isFull || this.#waiting.length > 0) await new Promise<void>(resolve => void this.#waiting.push(resolve));
    else this.#round.begun++;
  }

  #nextRound(): void {
    const released = this.#waiting.splice(0, BEGUN_PER_ROUND);
    const beganMs = this.#clock.monotonicMs();
    this.#round = released.length === 0 ? undefined : { beganMs, begun: released.length };
    if (released.length > 0) setImmediate(() => this.#nextRound());
    for (const go of released) go();
  }
}
