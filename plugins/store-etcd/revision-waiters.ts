import type { Timers } from '../../src/base/world.ts';
import { StoreError, type Revision } from '../../src/store/store.ts';

interface Waiting {
  readonly revision: Revision;
  readonly settle: (error?: StoreError) => void;
}

/** Those who wait until a revision is seen. */
export class RevisionWaiters {
  readonly #timers: Timers;
  readonly #deadlineMs: number;
  #waiting: Waiting[] = [];

  constructor(timers: Timers, deadlineMs: number) {
    this.#timers = timers;
    this.#deadlineMs = deadlineMs;
  }

  /** Rejects with `Unanswered` after the deadline, and with what the store fails with. */
  wait(revision: Revision): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        revision,
        settle: error => {
          late[Symbol.dispose]();
          if (error === undefined) resolve();
          else reject(error);
        },
      };
      const late = this.#timers.after(this.#deadlineMs, () => {
        this.#waiting = this.#waiting.filter(other => other !== waiting);
        reject(new StoreError('Unanswered', `etcd did not tell of revision ${revision} in ${this.#deadlineMs} ms`));
      });
      this.#waiting.push(waiting);
    });
  }

  reached(revision: Revision): void {
    if (this.#waiting.length === 0) return;
    const done = this.#waiting.filter(waiting => waiting.revision <= revision);
    this.#waiting = this.#waiting.filter(waiting => waiting.revision > revision);
    for (const { settle } of done) settle();
  }

  fail(error: StoreError): void {
    const all = this.#waiting;
    this.#waiting = [];
    for (const { settle } of all) settle(error);
  }
}
