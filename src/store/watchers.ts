import type { Timers } from '../base/world.ts';
import { keyOf, type Batch } from './batch.ts';
import { compactedError, type History } from './history.ts';
import { StoreError, type Revision, type WatchBatch, type WatchOptions } from './store.ts';

export interface WatchersOptions {
  readonly history: History;
  readonly timers: Timers;
  committed(): Revision;
  /** Why the store no longer runs, once it does not. */
  failure(): StoreError | undefined;
}

/**
 * Watchers read from the history all share, each at its own place in it: a slow one costs no memory of
 * its own, and falls out (`Overrun`) when history is trimmed past its place.
 */
export class Watchers {
  readonly #options: WatchersOptions;
  readonly #parked = new Set<Watcher>();

  constructor(options: WatchersOptions) {
    this.#options = options;
  }

  async *watch(prefix: string, options: WatchOptions): AsyncGenerator<WatchBatch, void, undefined> {
    const watcher = new Watcher(prefix, this.#start(options.after));
    const { signal, progressMs } = options;
    using _attended = this.#attend(watcher, signal, progressMs);
    while (!signal.aborted) {
      this.#throwIfEnded(watcher);
      const batch = watcher.next(this.#options.history);
      if (batch === undefined && !watcher.isProgressDue) {
        await this.#park(watcher);
        continue;
      }
      /** Where there is no batch, nothing up to `committed` is left to tell. */
      yield batch ?? { revision: this.#options.committed(), changes: [] };
      watcher.isProgressDue = false;
    }
  }

  /** Called when `changes` have been appended to the history. */
  wake(batches: readonly Batch[]): void {
    for (const watcher of this.#parked) {
      if (batches.some(({ changes }) => changes.some(change => keyOf(change).startsWith(watcher.prefix))))
        watcher.wake();
      else watcher.position = this.#options.history.end;
    }
  }

  wakeAll(): void {
    for (const watcher of this.#parked) watcher.wake();
  }

  #start(after: Revision): number {
    const { history } = this.#options;
    const committed = this.#options.committed();
    if (after < history.compacted) throw compactedError(after, history.compacted);
    if (after > committed) {
      throw new StoreError('FutureRevision', `revision ${after} is not there yet; the newest is ${committed}`);
    }
    return history.positionAfter(after);
  }

  #throwIfEnded(watcher: Watcher): void {
    const failure = this.#options.failure();
    if (failure !== undefined) throw failure;
    if (watcher.position < this.#options.history.start) {
      throw new StoreError(
        'Overrun',
        `a watch of ${watcher.prefix} read too slowly; history no longer holds its place`,
      );
    }
  }

  /** What wakes it besides changes, arranged once a watch: once an event it would be most of what an event costs. */
  #attend(watcher: Watcher, signal: AbortSignal, progressMs: number | undefined): Disposable {
    const wake = (): void => watcher.wake();
    signal.addEventListener('abort', wake, { once: true });
    let timer: Disposable | undefined;
    const wait = (ms: number): void => {
      timer = this.#options.timers.after(ms, () => {
        watcher.isProgressDue = true;
        wake();
        wait(ms);
      });
    };
    if (progressMs !== undefined) wait(progressMs);
    return {
      [Symbol.dispose]: () => {
        timer?.[Symbol.dispose]();
        signal.removeEventListener('abort', wake);
        this.#parked.delete(watcher);
      },
    };
  }

  #park(watcher: Watcher): Promise<void> {
    this.#parked.add(watcher);
    return new Promise(resolve => {
      watcher.wake = () => {
        this.#parked.delete(watcher);
        resolve();
      };
    });
  }
}

class Watcher {
  readonly prefix: string;
  /** Of the next batch to look at. */
  position: number;
  isProgressDue = false;
  wake: () => void = () => undefined;

  constructor(prefix: string, position: number) {
    this.prefix = prefix;
    this.position = position;
  }

  /** The next batch that concerns this watcher, cut to what does. */
  next(history: History): WatchBatch | undefined {
    while (this.position < history.end) {
      const position = this.position++;
      if (!history.concerns(position, this.prefix)) continue;
      const { revision, changes } = history.at(position);
      return { revision, changes: changes.filter(change => keyOf(change).startsWith(this.prefix)) };
    }
    return undefined;
  }
}
