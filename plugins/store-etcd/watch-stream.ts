import type { ServiceError } from '@grpc/grpc-js';
import type { Timers } from '../../src/base/world.ts';
import { withinDeadline } from '../../src/base/within-deadline.ts';
import { StoreError, type Revision } from '../../src/store/store.ts';
import type { EtcdConnection, WatchCall } from './connection.ts';
import { storeErrorOf } from './etcd-error.ts';
import { REQUEST_MS } from './limits.ts';
import type { WatchEvent, WatchResponse } from './messages.ts';

/** etcd's history does not reach back to what was to be watched. */
export class HistoryGone extends StoreError {
  /** Where it begins. */
  readonly from: Revision;
  constructor(asked: Revision, from: Revision) {
    super('Compacted', `etcd's history begins at revision ${from}, after ${asked}`);
    this.name = 'HistoryGone';
    this.from = from;
  }
}

export interface Listener {
  /** Whole revisions in order. */
  events(events: readonly WatchEvent[]): void;
  ended(error: StoreError): void;
}

/** One watch of every key, over one stream to one member. What comes before somebody listens is kept. */
export class WatchStream implements Disposable {
  readonly endpoint: string;
  readonly #call: WatchCall;
  readonly #startRevision: Revision;
  /** With why it was not taken. */
  readonly #created = Promise.withResolvers<StoreError | undefined>();
  /** Of a revision of which more is to come, and of those that are whole. */
  #parts: WatchEvent[] = [];
  #whole: WatchEvent[] = [];
  #ended: StoreError | undefined;
  #listener: Listener | undefined;

  constructor(connection: EtcdConnection, startRevision: Revision) {
    const { call, endpoint } = connection.watch(startRevision);
    this.endpoint = endpoint;
    this.#call = call;
    this.#startRevision = startRevision;
    call.on('data', (response: WatchResponse) => this.#heard(response));
    call.on('error', (error: ServiceError) => this.#end(storeErrorOf(error, endpoint)));
    call.on('end', () => this.#end(new StoreError('Unanswered', `etcd at ${endpoint} ended a watch`)));
  }

  /** Resolves once etcd has taken the watch. What it does not remember it may tell later, by the stream's end. */
  async opened(timers: Timers): Promise<void> {
    const refusal = await this.#soon(timers, this.#created.promise);
    if (refusal !== undefined) throw refusal;
  }

  /** The oldest revision etcd remembers, where that is after the one to be watched from. */
  async historyBegins(timers: Timers): Promise<Revision> {
    const ended = new Promise<StoreError>(resolve => this.listen({ events: () => undefined, ended: resolve }));
    const error = await this.#soon(timers, ended);
    if (!(error instanceof HistoryGone)) throw error;
    return error.from;
  }

  async #soon<T>(timers: Timers, promise: Promise<T>): Promise<T> {
    try {
      return await withinDeadline(timers, REQUEST_MS, '', promise);
    } catch (error) {
      this[Symbol.dispose]();
      const message = `etcd at ${this.endpoint}: no watch within ${REQUEST_MS} ms`;
      throw new StoreError('Unanswered', message, { cause: error });
    }
  }

  listen(listener: Listener): void {
    this.#listener = listener;
    this.#tell();
    if (this.#ended !== undefined) listener.ended(this.#ended);
  }

  [Symbol.dispose](): void {
    this.#listener = undefined;
    this.#call.cancel();
  }

  #heard({ created, canceled, cancelReason, compactRevision, fragment, events }: WatchResponse): void {
    if (canceled) {
      this.#end(
        compactRevision > 0
          ? new HistoryGone(this.#startRevision - 1, compactRevision)
          : new StoreError('Unanswered', `etcd at ${this.endpoint} ended a watch: ${cancelReason}`),
      );
      this.#call.cancel();
      return;
    }
    if (created) this.#created.resolve(undefined);
    for (const event of events) this.#parts.push(event);
    if (fragment) return;
    this.#whole = this.#whole.concat(this.#parts);
    this.#parts = [];
    this.#tell();
  }

  #tell(): void {
    if (this.#listener === undefined || this.#whole.length === 0) return;
    const events = this.#whole;
    this.#whole = [];
    this.#listener.events(events);
  }

  #end(error: StoreError): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    this.#created.resolve(error);
    this.#listener?.ended(error);
  }
}
