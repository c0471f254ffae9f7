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
    let isProgressDue = false;
    while (!signal.aborted) {
      this.#throwIfEnded(watcher);
      const batch = watcher.next(this.#options.history);
      if (batch !== undefined) {
        yield batch;
      } else if (isProgressDue) {
        /** Nothing up to `committed` is left to tell, or the line above would have found it. */
        yield { revision: this.#options.committed(), changes: [] };
      } else {
        isProgressDue = (await this.#park(watcher, signal, progressMs)) === 'progress';
        continue;
      }
      isProgressDue = false;
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

  async #park(watcher: Watcher, signal: AbortSignal, progressMs: number | undefined): Promise<'woken' | 'progress'> {
    const { promise, resolve } = Promise.withResolvers<'woken' | 'progress'>();
    const wake = (): void => resolve('woken');
    watcher.wake = wake;
    signal.addEventListener('abort', wake, { once: true });
    const timer =
      progressMs === undefined ? undefined : this.#options.timers.after(progressMs, () => resolve('progress'));
    this.#parked.add(watcher);
    try {
      return await promise;
    } finally {
      this.#parked.delete(watcher);
      timer?.[Symbol.dispose]();
      signal.removeEventListener('abort', wake);
    }
  }
}

class Watcher {
  readonly prefix: string;
  /** Of the next batch to look at. */
  position: number;
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
