import { SERVICE_MS } from './limits.ts';
import { Queue, workOf } from './queue.ts';
import { SeatDemand } from './seat-demand.ts';
import type { Ticket } from './ticket.ts';

/** How requests of a level wait: not at all, in queues, or not because none ever has to. */
export type Queuing =
  | { readonly type: 'exempt' }
  | { readonly type: 'reject' }
  | { readonly type: 'queue'; readonly queues: number; readonly queueLengthLimit: number };

export type Arrival = 'executing' | 'waiting' | 'queue-full' | 'concurrency-limit';

/**
 * Requests of one priority level. Where seats are short, queues with requests get equal parts of them, measured by a
 * clock of the level's own that shows how many seat-milliseconds each such queue could have had so far: the next request
 * is taken from the queue whose work would be done first by that clock. Wide and long requests are paid for by their
 * own queue.
 */
export class FairQueues {
  readonly demand: SeatDemand;
  readonly executing = new Set<Ticket>();
  /** Those that are not idle, by index. */
  readonly #queues = new Map<number, Queue<Ticket>>();
  readonly #nonEmpty = new Set<Queue<Ticket>>();
  #queuing: Queuing;
  #limit: number;
  #now = 0;
  #lastMs: number;
  #lastIndex = -1;
  #enqueued = 0;
  #activeQueues = 0;
  #waiting = 0;
  #seatsWaiting = 0;
  #seatsInUse = 0;
  readonly totals = { dispatched: 0, rejected: 0, timedOut: 0, cancelled: 0 };

  constructor(queuing: Queuing, limit: number, nowMs: number) {
    this.demand = new SeatDemand(nowMs);
    this.#queuing = queuing;
    this.#limit = limit;
    this.#lastMs = nowMs;
  }

  get limit(): number {
    return this.#limit;
  }
  get waiting(): number {
    return this.#waiting;
  }
  get seatsInUse(): number {
    return this.#seatsInUse;
  }
  /** What the level's own clock shows, seat-milliseconds. */
  get now(): number {
    return this.#now;
  }
  get isIdle(): boolean {
    return this.#waiting === 0 && this.executing.size === 0;
  }
  /** How many there may be; those that were taken away are emptied. */
  get queueCount(): number {
    return this.#queuing.type === 'queue' ? this.#queuing.queues : 0;
  }
  get busyQueues(): ReadonlyMap<number, Queue<Ticket>> {
    return this.#queues;
  }

  configure(queuing: Queuing, limit: number, nowMs: number): void {
    this.#advance(nowMs);
    this.#queuing = queuing;
    this.#limit = limit;
    this.#dispatch(nowMs);
  }

  /** Whether it may be served; one that is `waiting` is told when, one that is not is told no more. */
  arrive(ticket: Ticket, nowMs: number): Arrival {
    this.#advance(nowMs);
    if (this.#queuing.type !== 'queue') {
      if (!this.#hasSeats(ticket.seats)) return this.#reject('concurrency-limit');
      this.#execute(ticket, nowMs);
      return 'executing';
    }
    const queue = this.#leastLoaded(ticket.hand);
    if (this.#seatsInUse >= this.#limit && queue.waiting.size >= this.#queuing.queueLengthLimit) {
      this.#forgetIdle(queue);
      return this.#reject('queue-full');
    }
    if (!queue.isActive) {
      this.#activeQueues += 1;
      queue.nextAt = this.#now;
    }
    ticket.queue = queue;
    ticket.arrivedAt = this.#now;
    if (this.#waiting === 0 && this.#seatsInUse < this.#limit && this.#hasSeats(ticket.seats)) {
      queue.nextAt = Math.max(queue.nextAt, ticket.arrivedAt);
      this.#executeFrom(queue, ticket, nowMs);
      return 'executing';
    }
    ticket.state = 'waiting';
    queue.enqueue(ticket);
    queue.bound();
    this.#nonEmpty.add(queue);
    this.#waiting += 1;
    this.#seatsWaiting += ticket.seats;
    ticket.counts.waiting += 1;
    ticket.counts.waitingSeats += ticket.seats;
    this.#tellDemand(nowMs);
    this.#dispatch(nowMs);
    return isExecuting(ticket) ? 'executing' : 'waiting';
  }

  /** Waits no longer. */
  giveUp(ticket: Ticket, why: 'timedOut' | 'cancelled', nowMs: number): void {
    const { queue } = ticket;
    if (ticket.state !== 'waiting' || queue === undefined) return;
    this.#advance(nowMs);
    this.#takeOut(queue, ticket);
    ticket.state = 'over';
    queue.bound();
    if (!queue.isActive) this.#activeQueues -= 1;
    this.#forgetIdle(queue);
    this.totals.rejected += 1;
    this.totals[why] += 1;
    this.#tellDemand(nowMs);
    this.#dispatch(nowMs);
  }

  /** Its answer is there. Its seats are in use for `work.extraMs` more, until they are freed. */
  finish(ticket: Ticket, nowMs: number): void {
    if (ticket.state !== 'executing') return;
    this.#advance(nowMs);
    const { queue } = ticket;
    this.executing.delete(ticket);
    ticket.counts.executing -= 1;
    ticket.state = 'lingering';
    if (queue !== undefined) {
      queue.executing -= 1;
      queue.nextAt -= ticket.work.initialSeats * (SERVICE_MS - (nowMs - ticket.startedMs));
      queue.bound();
      if (!queue.isActive) this.#activeQueues -= 1;
    }
    if (ticket.work.extraMs === 0) this.free(ticket, nowMs);
  }

  free(ticket: Ticket, nowMs: number): void {
    if (ticket.state !== 'lingering') return;
    this.#advance(nowMs);
    ticket.state = 'over';
    this.#seatsInUse -= ticket.seats;
    ticket.counts.executingSeats -= ticket.seats;
    if (ticket.queue !== undefined) {
      ticket.queue.seatsInUse -= ticket.seats;
      this.#forgetIdle(ticket.queue);
    }
    this.#tellDemand(nowMs);
    this.#dispatch(nowMs);
  }

  #reject<R extends Arrival>(reason: R): R {
    this.totals.rejected += 1;
    return reason;
  }

  #advance(nowMs: number): void {
    const passedMs = nowMs - this.#lastMs;
    this.#lastMs = nowMs;
    if (this.#activeQueues === 0) return;
    const wanted = this.#seatsInUse + this.#seatsWaiting;
    this.#now += (passedMs * Math.min(wanted, this.#limit)) / this.#activeQueues;
  }

  #leastLoaded(hand: readonly number[]): Queue<Ticket> {
    const offset = this.#enqueued % hand.length;
    this.#enqueued += 1;
    let best: Queue<Ticket> | undefined;
    for (let place = 0; place < hand.length; place++) {
      const index = hand[(offset + place) % hand.length] ?? 0;
      const queue = this.#queues.get(index);
      if (queue === undefined || queue.workWaiting === 0) return queue ?? this.#addQueue(index);
      if (best === undefined || queue.workWaiting < best.workWaiting) best = queue;
    }
    return best ?? this.#addQueue(0);
  }

  #addQueue(index: number): Queue<Ticket> {
    const queue = new Queue<Ticket>(index, this.#now);
    this.#queues.set(index, queue);
    return queue;
  }

  #forgetIdle(queue: Queue<Ticket>): void {
    if (!queue.isActive && queue.seatsInUse === 0) this.#queues.delete(queue.index);
  }

  #hasSeats(seats: number): boolean {
    if (this.#queuing.type === 'exempt') return true;
    // One that is wider than all the level has is served alone.
    if (seats > this.#limit) return this.executing.size === 0;
    return this.#seatsInUse + seats <= this.#limit;
  }

  #takeOut(queue: Queue<Ticket>, ticket: Ticket): void {
    queue.remove(ticket);
    if (queue.waiting.size === 0) this.#nonEmpty.delete(queue);
    this.#waiting -= 1;
    this.#seatsWaiting -= ticket.seats;
    ticket.counts.waiting -= 1;
    ticket.counts.waitingSeats -= ticket.seats;
  }

  #dispatch(nowMs: number): void {
    while (this.#waiting > 0 && this.#seatsInUse < this.#limit && this.#dispatchNext(nowMs));
  }

  #dispatchNext(nowMs: number): boolean {
    const next = this.#earliest();
    const ticket = next?.head;
    if (next === undefined || ticket === undefined) return false;
    if (!this.#hasSeats(ticket.seats)) {
      ticket.counts.notAccommodated += 1;
      return false;
    }
    this.#takeOut(next, ticket);
    this.#lastIndex = next.index;
    this.#executeFrom(next, ticket, nowMs);
    next.bound();
    ticket.started?.();
    return true;
  }

  /** The queue whose oldest request would be done first; of several, the one that comes next in the round. */
  #earliest(): Queue<Ticket> | undefined {
    let best: Queue<Ticket> | undefined;
    let bestEnd = Infinity;
    let bestPlace = Infinity;
    for (const queue of this.#nonEmpty) {
      const { head } = queue;
      if (head === undefined) continue;
      const end = queue.nextAt + workOf(head.work);
      const place = queue.index > this.#lastIndex ? queue.index : queue.index + PAST_ALL_QUEUES;
      if (end > bestEnd || (end === bestEnd && place > bestPlace)) continue;
      best = queue;
      bestEnd = end;
      bestPlace = place;
    }
    return best;
  }

  #executeFrom(queue: Queue<Ticket>, ticket: Ticket, nowMs: number): void {
    const { work } = ticket;
    if (work.finalSeats > this.#limit && this.#limit > 0) {
      // As much work, by fewer seats for longer.
      const extraMs = (work.finalSeats * work.extraMs) / this.#limit;
      ticket.work = { ...work, finalSeats: this.#limit, extraMs };
      ticket.seats = Math.max(work.initialSeats, this.#limit);
    }
    queue.executing += 1;
    queue.seatsInUse += ticket.seats;
    queue.nextAt += workOf(ticket.work);
    this.#execute(ticket, nowMs);
  }

  #execute(ticket: Ticket, nowMs: number): void {
    ticket.state = 'executing';
    ticket.startedMs = nowMs;
    this.executing.add(ticket);
    this.totals.dispatched += 1;
    this.#seatsInUse += ticket.seats;
    ticket.counts.executing += 1;
    ticket.counts.executingSeats += ticket.seats;
    this.#tellDemand(nowMs);
  }

  #tellDemand(nowMs: number): void {
    this.demand.set(this.#seatsInUse + this.#seatsWaiting, nowMs);
  }
}

/** More than any level may have. */
const PAST_ALL_QUEUES = 2 ** 31;

/** Whether its turn came meanwhile. */
const isExecuting = ({ state }: Ticket): boolean => state === 'executing';
