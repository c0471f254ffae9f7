import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { FairQueues, type Queuing } from './fair-queues.ts';
import { testTicket } from './testing/test-ticket.ts';
import type { Ticket } from './ticket.ts';
import type { WorkEstimate } from './work-estimate.ts';

const QUEUED: Queuing = { type: 'queue', queues: 8, queueLengthLimit: 50 };
const seats = (initialSeats: number, finalSeats = 0, extraMs = 0): WorkEstimate => ({
  initialSeats,
  finalSeats,
  extraMs,
});

let order: string[];
beforeEach(() => {
  order = [];
});
/** A request of flow `name`, whose hand is one queue; `order` tells when its turn comes. */
const ofFlow = (name: string, queue: number, work = seats(1)): Ticket =>
  testTicket([queue], work, () => order.push(name));

describe('requests of one level', () => {
  it('are served at once while there are seats', () => {
    const queues = new FairQueues(QUEUED, 2, 0);
    expect([1, 2, 3].map(() => queues.arrive(ofFlow('a', 0), 0))).toEqual(['executing', 'executing', 'waiting']);
    expect([queues.seatsInUse, queues.waiting]).toEqual([2, 1]);
  });

  it('come to their turn as seats are given back, oldest first', () => {
    const queues = new FairQueues(QUEUED, 1, 0);
    const tickets = [1, 2, 3].map(index => ofFlow(`a${index}`, 0));
    for (const ticket of tickets) queues.arrive(ticket, 0);
    for (const ticket of tickets) queues.finish(ticket, 1);
    expect(order).toEqual(['a2', 'a3']);
    expect([queues.isIdle, queues.seatsInUse, queues.busyQueues.size]).toEqual([true, 0, 0]);
  });

  it('are turned away where their queue is full', () => {
    const queues = new FairQueues({ ...QUEUED, queueLengthLimit: 1 }, 1, 0);
    queues.arrive(ofFlow('a', 0), 0);
    queues.arrive(ofFlow('a', 0), 0);
    expect(queues.arrive(ofFlow('a', 0), 0)).toBe('queue-full');
    expect(queues.arrive(ofFlow('b', 1), 0)).toBe('waiting');
    expect(queues.totals.rejected).toBe(1);
  });

  it('take the queue of their hand in which least work waits', () => {
    const queues = new FairQueues(QUEUED, 1, 0);
    queues.arrive(ofFlow('a', 0), 0);
    queues.arrive(ofFlow('a', 0), 0);
    const other = testTicket([0, 5]);
    queues.arrive(other, 0);
    expect(other.queue?.index).toBe(5);
  });

  it('never wait where there are no queues', () => {
    const queues = new FairQueues({ type: 'reject' }, 1, 0);
    const first = testTicket([]);
    expect(queues.arrive(first, 0)).toBe('executing');
    expect(queues.arrive(testTicket([]), 0)).toBe('concurrency-limit');
    queues.finish(first, 1);
    expect(queues.arrive(testTicket([]), 1)).toBe('executing');
  });

  it('that are exempt are served whatever the limit is, and are counted', () => {
    const queues = new FairQueues({ type: 'exempt' }, 0, 0);
    for (let count = 0; count < 100; count++) expect(queues.arrive(testTicket([]), 0)).toBe('executing');
    expect(queues.demand.take(1).highest).toBe(100);
  });

  it('that give up leave their place to others', () => {
    const queues = new FairQueues(QUEUED, 1, 0);
    const [first, second, third] = [ofFlow('a1', 0), ofFlow('a2', 0), ofFlow('a3', 0)];
    for (const ticket of [first, second, third]) queues.arrive(ticket, 0);
    queues.giveUp(second, 'timedOut', 5);
    queues.finish(first, 6);
    queues.finish(second, 6);
    expect(order).toEqual(['a3']);
    expect(queues.totals).toMatchObject({ dispatched: 2, rejected: 1, timedOut: 1 });
  });
});

describe('seats', () => {
  it('are kept for a while by requests whose events others are told of', () => {
    const queues = new FairQueues(QUEUED, 2, 0);
    const write = ofFlow('w', 0, seats(1, 2, 10));
    queues.arrive(write, 0);
    expect(queues.arrive(ofFlow('a', 1), 0)).toBe('waiting');
    queues.finish(write, 3);
    expect(order).toEqual([]);
    queues.free(write, 13);
    expect(order).toEqual(['a']);
  });

  it('of a wide request are waited for, and it is not passed', () => {
    const queues = new FairQueues(QUEUED, 2, 0);
    const narrow = [ofFlow('n1', 0), ofFlow('n2', 1)];
    for (const ticket of narrow) queues.arrive(ticket, 0);
    const wide = ofFlow('wide', 2, seats(2));
    queues.arrive(wide, 0);
    for (const ticket of narrow) queues.finish(ticket, 3);
    expect(order).toEqual(['wide']);
    expect(queues.arrive(ofFlow('n3', 0), 3)).toBe('waiting');
  });

  it('are enough for one that is wider than all of them, alone', () => {
    const queues = new FairQueues(QUEUED, 2, 0);
    expect(queues.arrive(ofFlow('wide', 0, seats(9)), 0)).toBe('executing');
    expect(queues.arrive(ofFlow('a', 1), 0)).toBe('waiting');
  });

  it('that are added or taken away count from then on, and queues that are taken away are emptied', () => {
    const queues = new FairQueues(QUEUED, 1, 0);
    for (let queue = 0; queue < 8; queue++) queues.arrive(ofFlow(`f${queue}`, queue), 0);
    queues.configure({ ...QUEUED, queues: 1 }, 3, 0);
    expect(order).toHaveLength(2);
    queues.configure({ type: 'reject' }, 8, 0);
    expect(order).toHaveLength(7);
    expect(queues.waiting).toBe(0);
  });
});

describe('a flood', () => {
  it('of one flow does not hold up another: its next request is the next', () => {
    const queues = new FairQueues({ ...QUEUED, queueLengthLimit: 1000 }, 1, 0);
    const served = ofFlow('flood', 0);
    queues.arrive(served, 0);
    for (let count = 0; count < 500; count++) queues.arrive(ofFlow('flood', 0), 0);
    queues.arrive(ofFlow('other', 1), 0);
    queues.finish(served, 3);
    expect(order).toEqual(['other']);
  });

  it('of wide requests pays for them: others have as many seats, not as many turns', () => {
    const queues = new FairQueues({ ...QUEUED, queueLengthLimit: 1000 }, 4, 0);
    const tickets: Ticket[] = [];
    for (let count = 0; count < 40; count++) {
      tickets.push(ofFlow('wide', 0, seats(4)), ofFlow('narrow', 1));
    }
    for (const ticket of tickets) queues.arrive(ticket, 0);
    // Both have requests to the end of it.
    runAll(queues, tickets, 3, 16);
    const wide = order.filter(name => name === 'wide').length;
    const narrow = order.length - wide;
    expect(narrow).toBeGreaterThan(2 * wide);
  });

  it('cannot save up what it left unused', () => {
    const queues = new FairQueues({ ...QUEUED, queueLengthLimit: 1000 }, 1, 0);
    const busy = Array.from({ length: 100 }, () => ofFlow('busy', 0));
    for (const ticket of busy) queues.arrive(ticket, 0);
    runAll(queues, busy, 3, 50);
    order = [];
    const late = Array.from({ length: 20 }, () => ofFlow('late', 1));
    for (const ticket of late) queues.arrive(ticket, 150);
    runAll(queues, [...busy, ...late], 3, 20, 150);
    expect(order.filter(name => name === 'late').length).toBeLessThan(14);
    expect(order.filter(name => name === 'late').length).toBeGreaterThan(7);
  });
});

it('whatever happens, seats and places are counted right, none stays and nobody is forgotten', () => {
  const step = fc.oneof(
    fc.record({ type: fc.constant('arrive' as const), queue: fc.nat(7), wide: fc.nat(4), extraMs: fc.nat(2) }),
    fc.record({ type: fc.constantFrom('finish' as const, 'free' as const, 'giveUp' as const), which: fc.nat(50) }),
    fc.record({ type: fc.constant('configure' as const), limit: fc.nat(6) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), steps => {
      const queues = new FairQueues({ ...QUEUED, queueLengthLimit: 4 }, 3, 0);
      const tickets: Ticket[] = [];
      let nowMs = 0;
      for (const each of steps) {
        nowMs += 1;
        if (each.type === 'configure') queues.configure(QUEUED, each.limit, nowMs);
        else if (each.type === 'arrive') {
          const ticket = testTicket([each.queue, (each.queue + 1) % 8], seats(1, each.wide, each.extraMs));
          tickets.push(ticket);
          queues.arrive(ticket, nowMs);
        } else {
          const ticket = tickets[each.which % Math.max(1, tickets.length)];
          if (ticket === undefined) continue;
          if (each.type === 'giveUp') queues.giveUp(ticket, 'cancelled', nowMs);
          else queues[each.type](ticket, nowMs);
        }
        const held = tickets.filter(({ state }) => state === 'executing' || state === 'lingering');
        expect(queues.seatsInUse).toBe(held.reduce((sum, ticket) => sum + ticket.seats, 0));
        expect(queues.waiting).toBe(tickets.filter(({ state }) => state === 'waiting').length);
      }
      queues.configure(QUEUED, 10, nowMs);
      for (let round = 0; round < 100; round++) {
        nowMs += 1;
        for (const ticket of tickets) {
          queues.finish(ticket, nowMs);
          queues.free(ticket, nowMs);
        }
      }
      expect(tickets.every(({ state }) => state === 'over' || state === 'new')).toBe(true);
      expect([queues.isIdle, queues.seatsInUse, queues.busyQueues.size]).toEqual([true, 0, 0]);
    }),
  );
});

/** Serves what has its turn for `serviceMs` each, as often. */
function runAll(queues: FairQueues, tickets: readonly Ticket[], serviceMs: number, rounds: number, fromMs = 0): void {
  for (let round = 1; round <= rounds; round++) {
    const nowMs = fromMs + round * serviceMs;
    for (const ticket of tickets.filter(({ state }) => state === 'executing')) queues.finish(ticket, nowMs);
  }
}
