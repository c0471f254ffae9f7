import type { World } from '../../src/base/world.ts';
import type { FlowRequest, Turn } from './contract.ts';
import type { Refusal } from './flow-counts.ts';
import type { FlowKind } from './flow-kind.ts';
import type { Ticket } from './ticket.ts';
import type { WatchCounts } from './watch-counts.ts';

export interface TurnParts {
  readonly world: Pick<World, 'clock' | 'timers'>;
  readonly watches: WatchCounts;
  /** Told when a seat was given back. */
  left(kind: FlowKind): void;
}

/** A request that came to its level. */
export class FlowTurn implements Turn {
  readonly #parts: TurnParts;
  readonly #kind: FlowKind;
  readonly #request: FlowRequest;
  readonly #ticket: Ticket;
  readonly mayRun: boolean | Promise<boolean>;
  #watch: Disposable | undefined;

  constructor(parts: TurnParts, kind: FlowKind, request: FlowRequest, ticket: Ticket) {
    this.#parts = parts;
    this.#kind = kind;
    this.#request = request;
    this.#ticket = ticket;
    const arrival = kind.level.queues.arrive(ticket, ticket.arrivedMs);
    switch (arrival) {
      case 'executing':
        this.mayRun = true;
        this.#begin(0);
        break;
      case 'waiting':
        this.mayRun = this.#wait();
        break;
      default:
        this.mayRun = false;
        this.#turnAway(arrival);
    }
  }

  get flowSchemaUid(): string {
    return this.#kind.uid;
  }

  get priorityLevelUid(): string {
    return this.#kind.level.uid;
  }

  retryAfterSeconds(): number {
    return this.#kind.level.retryAfter.seconds;
  }

  leaveSeat(): void {
    const ticket = this.#ticket;
    if (ticket.state !== 'executing') return;
    const { clock, timers } = this.#parts.world;
    const { queues } = this.#kind.level;
    const nowMs = clock.monotonicMs();
    queues.finish(ticket, nowMs);
    const { servedSeconds } = this.#kind.counts;
    const seconds = (nowMs - ticket.startedMs) / 1000;
    (ticket.info.verb === 'watch' ? servedSeconds.watch : servedSeconds.regular).observe(seconds);
    if (ticket.work.extraMs > 0) timers.after(ticket.work.extraMs, () => queues.free(ticket, clock.monotonicMs()));
    this.#parts.left(this.#kind);
  }

  over(): void {
    this.leaveSeat();
    this.#watch?.[Symbol.dispose]();
    this.#watch = undefined;
  }

  #begin(waitedMs: number): void {
    const { counts, level } = this.#kind;
    counts.dispatched += 1;
    if (!level.isExempt) counts.waitSeconds.executed.observe(waitedMs / 1000);
    const { info, query } = this.#request;
    if (info.verb === 'watch') this.#watch = this.#parts.watches.begin(info, query);
  }

  #turnAway(why: Refusal): void {
    this.#kind.counts.reject(why);
    this.#kind.level.retryAfter.turnedAway(this.#parts.world.clock.now());
  }

  #wait(): Promise<boolean> {
    const { clock, timers } = this.#parts.world;
    const { level, counts } = this.#kind;
    const ticket = this.#ticket;
    const signal = this.#request.signal();
    return new Promise(resolve => {
      const leave = (why: 'timedOut' | 'cancelled') => () => {
        const nowMs = clock.monotonicMs();
        level.queues.giveUp(ticket, why, nowMs);
        this.#turnAway(why === 'timedOut' ? 'time-out' : 'cancelled');
        counts.waitSeconds.rejected.observe((nowMs - ticket.arrivedMs) / 1000);
        settle(false);
        this.#parts.left(this.#kind);
      };
      const cancelled = leave('cancelled');
      const late = timers.after(this.#request.waitMs(), leave('timedOut'));
      const settle = (mayRun: boolean): void => {
        late[Symbol.dispose]();
        signal.removeEventListener('abort', cancelled);
        resolve(mayRun);
      };
      ticket.started = () => {
        this.#begin(ticket.startedMs - ticket.arrivedMs);
        settle(true);
      };
      if (signal.aborted) cancelled();
      else signal.addEventListener('abort', cancelled, { once: true });
    });
  }
}
