import { backoffMs } from '../../src/base/backoff.ts';
import type { World } from '../../src/base/world.ts';
import { StoreError, type Revision } from '../../src/store/store.ts';
import type { EtcdConnection } from './connection.ts';
import { RECONNECT_BASE_MS, RECONNECT_CAP_MS } from './limits.ts';
import { newestRevision } from './load-state.ts';
import type { WatchEvent } from './messages.ts';
import { HistoryGone, WatchStream } from './watch-stream.ts';

export interface FollowerOptions {
  readonly connection: EtcdConnection;
  readonly world: Pick<World, 'timers'>;
  readonly clusterId: bigint;
  /** The revision up to which all was told. */
  readonly seen: () => Revision;
  events(events: readonly WatchEvent[]): void;
  /** It cannot go on where it was. */
  lost(error: StoreError): void;
}

/** Follows etcd over one stream after another, each from where the one before had come to. */
export class Follower implements Disposable {
  readonly #options: FollowerOptions;
  readonly #closing = new AbortController();
  #stream: WatchStream | undefined;
  #trouble: StoreError | undefined;

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  /** Why etcd is not followed just now; `undefined` while it is. */
  get trouble(): StoreError | undefined {
    return this.#trouble;
  }

  follow(stream: WatchStream): void {
    this.#stream = stream;
    this.#trouble = undefined;
    stream.listen({
      events: events => this.#options.events(events),
      ended: error => {
        this.#options.connection.leave(stream.endpoint);
        this.#again(error).catch((failure: unknown) => this.#options.lost(asStoreError(failure)));
      },
    });
  }

  [Symbol.dispose](): void {
    this.#closing.abort();
    this.#stream?.[Symbol.dispose]();
  }

  async #again(error: StoreError): Promise<void> {
    if (error instanceof HistoryGone) throw error;
    const { signal } = this.#closing;
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        const stream = await this.#connect();
        if (!signal.aborted) return this.follow(stream);
        return stream[Symbol.dispose]();
      } catch (failure) {
        if (!(failure instanceof StoreError) || failure.code !== 'Unanswered') throw failure;
        this.#trouble = failure;
        this.#options.connection.leave(this.#options.connection.endpoint);
      }
      await this.#pause(attempt);
    }
  }

  /** etcd may have been replaced meanwhile, or been put back to an older state: then nothing here is true any more. */
  async #connect(): Promise<WatchStream> {
    const { connection, world, clusterId, seen } = this.#options;
    const { revision, clusterId: found } = await newestRevision(connection);
    if (found !== clusterId) throw new StoreError('Failed', `etcd at ${connection.endpoint} is another cluster`);
    if (revision < seen()) {
      throw new StoreError('Failed', `etcd is at revision ${revision}, though ${seen()} was seen`);
    }
    const stream = new WatchStream(connection, seen() + 1);
    await stream.opened(world.timers);
    return stream;
  }

  async #pause(attempt: number): Promise<void> {
    const { signal } = this.#closing;
    const waitMs = backoffMs(attempt, { baseMs: RECONNECT_BASE_MS, capMs: RECONNECT_CAP_MS });
    try {
      await this.#options.world.timers.sleep(waitMs, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

const asStoreError = (error: unknown): StoreError =>
  error instanceof StoreError ? error : new StoreError('Failed', String(error), { cause: error });
