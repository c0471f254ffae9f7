import type { Clock } from './world.ts';

/** Work longer than this ends with others getting their turn. */
const SLICE_MS = 4;

const waiting: (() => void)[] = [];

/** One of all who wait goes on in a round of the event loop, so that many long requests do not add up. */
function next(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(next);
}

/** Long work cut into steps: after those that took time, whoever else this process serves has a turn. */
export class Steps {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  #spentMs = 0;

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  async run<T>(step: () => T): Promise<T> {
    if (this.#spentMs > SLICE_MS) {
      this.#spentMs = 0;
      await turn();
    }
    const began = this.#clock.monotonicMs();
    try {
      return step();
    } finally {
      this.#spentMs += this.#clock.monotonicMs() - began;
    }
  }
}

const turn = (): Promise<void> =>
  new Promise(resolve => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(next);
  });
