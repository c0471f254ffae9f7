import { Histogram } from '../../src/base/histogram.ts';

export type Refusal = 'concurrency-limit' | 'queue-full' | 'time-out' | 'cancelled';

/** What `/metrics` tells of the requests of one FlowSchema at one level. */
export class FlowCounts {
  readonly levelName: string;
  readonly schemaName: string;
  dispatched = 0;
  notAccommodated = 0;
  waiting = 0;
  waitingSeats = 0;
  executing = 0;
  executingSeats = 0;
  readonly rejected = new Map<Refusal, number>();
  readonly waitSeconds = { executed: new Histogram(SECONDS), rejected: new Histogram(SECONDS) };
  readonly servedSeconds = { regular: new Histogram(SECONDS), watch: new Histogram(SECONDS) };
  readonly seats = new Histogram(SEATS);

  constructor(levelName: string, schemaName: string) {
    this.levelName = levelName;
    this.schemaName = schemaName;
  }

  reject(why: Refusal): void {
    this.rejected.set(why, (this.rejected.get(why) ?? 0) + 1);
  }
}

/** Upstream's buckets. */
const SECONDS = [0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30];
const SEATS = [1, 2, 4, 8, 16, 32, 64, 100];
