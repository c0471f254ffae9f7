import { SERVICE_MS } from './limits.ts';
import type { WorkEstimate } from './work-estimate.ts';

/** What a queue needs to know of a request. */
export interface Queued {
  readonly work: WorkEstimate;
  readonly seats: number;
  /** Where on the level's own clock it came. */
  readonly arrivedAt: number;
}

/** One queue of a level, from the first request that comes to it until it is idle. */
export class Queue<Q extends Queued> {
  readonly index: number;
  /** Oldest first. */
  readonly waiting = new Set<Q>();
  executing = 0;
  /** Of those executing, and of those whose answer is out while others still work for them. */
  seatsInUse = 0;
  seatsWaiting = 0;
  /** Seat-milliseconds that all that wait are thought to take. */
  workWaiting = 0;
  /** Where on the level's own clock its next request may be begun. */
  nextAt: number;

  constructor(index: number, nowAt: number) {
    this.index = index;
    this.nextAt = nowAt;
  }

  get isActive(): boolean {
    return this.waiting.size > 0 || this.executing > 0;
  }

  get head(): Q | undefined {
    for (const ticket of this.waiting) return ticket;
    return undefined;
  }

  enqueue(ticket: Q): void {
    this.waiting.add(ticket);
    this.seatsWaiting += ticket.seats;
    this.workWaiting += workOf(ticket.work);
  }

  remove(ticket: Q): void {
    this.waiting.delete(ticket);
    this.seatsWaiting -= ticket.seats;
    // What is left of fractions would count as work.
    this.workWaiting = this.waiting.size === 0 ? 0 : this.workWaiting - workOf(ticket.work);
  }

  /** No request is begun before it came: what a queue left unused is not saved up. */
  bound(): void {
    const { head } = this;
    if (head !== undefined && this.nextAt < head.arrivedAt) this.nextAt = head.arrivedAt;
  }
}

/** Seat-milliseconds. */
export const workOf = ({ initialSeats, finalSeats, extraMs }: WorkEstimate): number =>
  initialSeats * SERVICE_MS + finalSeats * extraMs;
