import type { World } from '../../src/base/world.ts';
import { isLongRunning } from '../apiserver/contract.ts';
import { Classifier } from './classifier.ts';
import type { FlowControl, FlowRequest, Turn } from './contract.ts';
import { effective, type FlowConfiguration } from './flow-configuration.ts';
import { FlowCounts } from './flow-counts.ts';
import { FlowKind } from './flow-kind.ts';
import { FlowTurn, type TurnParts } from './flow-turn.ts';
import type { KindCounts } from './kind-counts.ts';
import type { PriorityLevel } from './priority-level.ts';
import { PriorityLevels } from './priority-levels.ts';
import { WatchCounts } from './watch-counts.ts';
import { beginsWithAll, listWork, ONE_SEAT, writeWork, type WorkEstimate } from './work-estimate.ts';

export interface GateParts {
  readonly world: Pick<World, 'clock' | 'timers'>;
  /** Requests served at once, by all levels together. */
  readonly seats: number;
  readonly kinds: Pick<KindCounts, 'statsOf'>;
}

/**
 * Gives each request over the network a seat of its priority level, or a place in one of its queues. Where a seat is
 * free that takes no turn of the event loop, and while nothing is asked no time.
 */
export class FlowGate implements FlowControl {
  readonly levels: PriorityLevels;
  readonly #world: GateParts['world'];
  readonly #kinds: GateParts['kinds'];
  readonly #watches = new WatchCounts();
  readonly #counts = new Map<string, FlowCounts>();
  readonly #turnParts: TurnParts;
  #configuration: FlowConfiguration;
  #classifier: Classifier<FlowKind>;
  /** Runs while requests wait. */
  #adjusting: Disposable | undefined;

  constructor({ world, seats, kinds }: GateParts, configuration: FlowConfiguration) {
    this.#world = world;
    this.#kinds = kinds;
    this.levels = new PriorityLevels(seats, world.clock.monotonicMs());
    this.#turnParts = { world, watches: this.#watches, left: kind => this.#left(kind) };
    this.#configuration = effective(configuration);
    this.#classifier = this.#configured();
  }

  /** From now on it goes by what is stored. Requests that wait or are served already go on where they are. */
  configure(configuration: FlowConfiguration): void {
    this.#configuration = effective(configuration);
    this.#classifier = this.#configured();
  }

  counts(): readonly FlowCounts[] {
    return [...this.#counts.values()];
  }

  enter(request: FlowRequest): Turn | undefined {
    const { user, info } = request;
    // Those that go on for as long as their client wishes take no seat; a watch takes one while it begins.
    if (info.verb !== 'watch' && isLongRunning(info)) return undefined;
    const arrivedMs = this.#world.clock.monotonicMs();
    if (arrivedMs >= this.levels.dueMs) this.levels.adjust(arrivedMs);
    const kind = this.#classifier.classify(user, info);
    const distinguisher = kind.distinguisherOf(user, info);
    const work = this.#workOf(request, kind.level);
    const seats = Math.max(work.initialSeats, work.finalSeats);
    kind.counts.seats.observe(seats);
    const turn = new FlowTurn(this.#turnParts, kind, request, {
      schemaName: kind.name,
      distinguisher,
      hand: kind.handOf(distinguisher),
      user,
      info,
      counts: kind.counts,
      arrivedMs,
      work,
      seats,
      arrivedAt: 0,
      queue: undefined,
      state: 'new',
      startedMs: 0,
      started: undefined,
    });
    if (typeof turn.mayRun !== 'boolean') this.#adjustWhileWaited();
    return turn;
  }

  [Symbol.dispose](): void {
    this.#adjusting?.[Symbol.dispose]();
    this.#adjusting = undefined;
  }

  #configured(): Classifier<FlowKind> {
    const { levels, schemas } = this.#configuration;
    this.levels.configure(levels, this.#world.clock.monotonicMs());
    const named = new Set(schemas.map(({ metadata }) => metadata.name));
    for (const [key, { schemaName, waiting, executingSeats }] of this.#counts) {
      if (!named.has(schemaName) && waiting + executingSeats === 0) this.#counts.delete(key);
    }
    return new Classifier(
      schemas.flatMap(schema => {
        const level = this.levels.get(schema.spec.priorityLevelConfiguration.name);
        return level === undefined ? [] : [new FlowKind(schema, level, this.#countsOf(level, schema.metadata.name))];
      }),
    );
  }

  #countsOf({ name }: PriorityLevel, schemaName: string): FlowCounts {
    const key = `${name}/${schemaName}`;
    const known = this.#counts.get(key);
    if (known !== undefined) return known;
    const counts = new FlowCounts(name, schemaName);
    this.#counts.set(key, counts);
    return counts;
  }

  #workOf({ info, query }: FlowRequest, level: PriorityLevel): WorkEstimate {
    const { ofOneRequest } = level.limits;
    switch (info.verb) {
      case 'list':
      case 'watch': {
        if (!beginsWithAll(info, query)) return ONE_SEAT;
        const asked = { limit: Number(query.get('limit') ?? 0), isOfOne: info.name !== '' };
        return listWork(this.#kinds.statsOf(info), asked, ofOneRequest);
      }
      case 'create':
      case 'update':
      case 'patch':
      case 'delete':
        // No event comes of a token.
        if (info.resource === 'serviceaccounts' && info.subresource === 'token') return ONE_SEAT;
        return writeWork(this.#watches.concernedBy(info), ofOneRequest);
      default:
        return ONE_SEAT;
    }
  }

  #left({ level }: FlowKind): void {
    if (!level.isQuiescing || !level.queues.isIdle) return;
    this.#classifier = this.#configured();
  }

  #adjustWhileWaited(): void {
    if (this.#adjusting !== undefined) return;
    const { clock, timers } = this.#world;
    this.#adjusting = timers.after(Math.max(0, this.levels.dueMs - clock.monotonicMs()), () => {
      this.#adjusting = undefined;
      this.levels.adjust(clock.monotonicMs());
      if (this.levels.areWaitedFor) this.#adjustWhileWaited();
    });
  }
}
