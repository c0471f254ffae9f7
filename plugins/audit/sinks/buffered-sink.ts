import { UnderWay } from '../../../src/base/under-way.ts';
import type { World } from '../../../src/base/world.ts';
import type { AuditCounts } from '../audit-counts.ts';
import { lengthOf, type AuditEvent } from '../event.ts';
import { BUFFERED_BYTES } from '../limits.ts';
import type { AuditSink } from './sink.ts';
import type { TokenBucket } from './token-bucket.ts';

export interface Batching {
  /** Events that may wait. */
  readonly bufferSize: number;
  readonly maxBatchSize: number;
  /** A batch that is not full is sent after it; 0: at once. */
  readonly maxWaitMs: number;
  /** Batches that may be under way at once. */
  readonly atOnce: number;
}

/** Events wait here until they are passed on in batches, so that nobody waits for that; what does not fit is lost. */
export class BufferedSink implements AuditSink {
  readonly #world: Pick<World, 'timers'>;
  readonly #to: AuditSink;
  readonly #batching: Batching;
  readonly #bucket: TokenBucket | undefined;
  readonly #counts: AuditCounts;
  readonly #waiting: AuditEvent[] = [];
  readonly #sending = new UnderWay();
  #bytes = 0;
  #underWay = 0;
  #isClosed = false;
  /** Aborts when the batch need not be waited for any longer. */
  #ripe = new AbortController();
  #running: Promise<void> | undefined;
  #room: (() => void) | undefined;

  constructor(
    world: Pick<World, 'timers'>,
    to: AuditSink,
    batching: Batching,
    bucket: TokenBucket | undefined,
    counts: AuditCounts,
  ) {
    this.#world = world;
    this.#to = to;
    this.#batching = batching;
    this.#bucket = bucket;
    this.#counts = counts;
  }

  async process(events: readonly AuditEvent[]): Promise<boolean> {
    const taken = events.findIndex(event => !this.#take(event));
    if (taken !== -1) {
      const why = this.#isClosed ? 'audit backend shut down' : 'audit buffer queue blocked';
      this.#counts.lost('buffered', new Error(why), events.slice(taken));
    }
    if (this.#waiting.length >= this.#batching.maxBatchSize) this.#ripe.abort();
    this.#running ??= this.#run();
    return true;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#ripe.abort();
    await this.#running;
    await this.#sending.over();
    await this.#to.close();
  }

  /** Whether there is room for it. */
  #take(event: AuditEvent): boolean {
    const size = sizeOf(event);
    const isFull = this.#waiting.length >= this.#batching.bufferSize || this.#bytes + size > BUFFERED_BYTES;
    if (this.#isClosed || isFull) return false;
    this.#waiting.push(event);
    this.#bytes += size;
    return true;
  }

  /** Until nothing waits any more. */
  async #run(): Promise<void> {
    const { maxBatchSize, maxWaitMs, atOnce } = this.#batching;
    while (this.#waiting.length > 0) {
      const isWaitedFor = maxWaitMs > 0 && this.#waiting.length < maxBatchSize && !this.#isClosed;
      if (isWaitedFor) await this.#ripen(maxWaitMs);
      await this.#bucket?.take();
      while (this.#underWay >= atOnce) await new Promise<void>(resolve => (this.#room = resolve));
      const batch = this.#waiting.splice(0, maxBatchSize);
      for (const event of batch) this.#bytes -= sizeOf(event);
      void this.#sending.during(this.#send(batch));
    }
    this.#running = undefined;
  }

  async #send(batch: readonly AuditEvent[]): Promise<void> {
    this.#underWay += 1;
    await this.#to.process(batch);
    this.#underWay -= 1;
    this.#room?.();
    this.#room = undefined;
  }

  async #ripen(maxWaitMs: number): Promise<void> {
    this.#ripe = new AbortController();
    await this.#world.timers.sleep(maxWaitMs, this.#ripe.signal).catch(() => undefined);
  }
}

/** Objects are what may be large. */
const sizeOf = ({ requestObject, responseObject }: AuditEvent): number =>
  EVENT_BYTES + lengthOf(requestObject) + lengthOf(responseObject);
const EVENT_BYTES = 1024;
