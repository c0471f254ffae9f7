import type { Revision } from '../../src/store/store.ts';

/** Asks which revision is the newest, for many at once: a question that was sent before somebody came is not for him. */
export class FreshRevision {
  readonly #ask: () => Promise<Revision>;
  #asked: Promise<Revision> | undefined;
  #next: Promise<Revision> | undefined;

  constructor(ask: () => Promise<Revision>) {
    this.#ask = ask;
  }

  get(): Promise<Revision> {
    if (this.#next !== undefined) return this.#next;
    if (this.#asked === undefined) return this.#start();
    const after = this.#asked;
    this.#next = after.then(
      () => this.#start(),
      () => this.#start(),
    );
    return this.#next;
  }

  #start(): Promise<Revision> {
    const asked = this.#ask();
    this.#asked = asked;
    this.#next = undefined;
    const over = (): void => {
      if (this.#asked === asked) this.#asked = undefined;
    };
    asked.then(over, over);
    return asked;
  }
}
