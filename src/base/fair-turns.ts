import type { Clock } from './world.ts';

/** In one round of the event loop nothing more begins once what did has taken so long... */
const SLICE_MS = 4;
/** ...nor more than this. */
const BEGUN_PER_ROUND = 8;

/**
 * Short pieces of work that arrive together, as requests do when a sync answers many clients at once, are
 * spread over rounds of the event loop, else a hundred of them would hold up everything else for as long as all of
 * them take. Those of one asker go in the order they came, askers by turns: who comes with one piece does not wait
 * behind all of who comes with hundreds.
 */
export class FairTurns<Asker> {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  /** Whose turn is next comes first; none without a piece that waits. */
  readonly #rows = new Map<Asker, (() => void)[]>();
  #round: { readonly beganMs: number; begun: number } | undefined;

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** Resolves when it is the turn of this one; usually there is nothing to wait for. */
  async take(asker: Asker): Promise<void> {
    const now = this.#clock.monotonicMs();
    if (this.#round === undefined) {
      this.#round = { beganMs: now, begun: 0 };
      setImmediate(() => this.#nextRound());
    }
    const isFull = this.#round.begun >= BEGUN_PER_ROUND || now - this.#round.beganMs > SLICE_MS;
    if (isFull || this.#rows.size > 0) await new Promise<void>(resolve => this.#wait(asker, resolve));
    else this.#round.begun++;
  }

  #wait(asker: Asker, go: () => void): void {
    const row = this.#rows.get(asker);
    if (row === undefined) this.#rows.set(asker, [go]);
    else row.push(go);
  }

  #nextRound(): void {
    const released: (() => void)[] = [];
    while (released.length < BEGUN_PER_ROUND && this.#rows.size > 0) released.push(...this.#first());
    const beganMs = this.#clock.monotonicMs();
    this.#round = released.length === 0 ? undefined : { beganMs, begun: released.length };
    if (released.length > 0) setImmediate(() => this.#nextRound());
    for (const go of released) go();
  }

  /** Of the row whose turn it is, which goes to the end. */
  #first(): readonly (() => void)[] {
    for (const [asker, row] of this.#rows) {
      this.#rows.delete(asker);
      const first = row.splice(0, 1);
      if (row.length > 0) this.#rows.set(asker, row);
      return first;
    }
    return [];
  }
}
