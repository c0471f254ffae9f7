import type { Client } from '../../../src/api/client.ts';
import type { World } from '../../../src/base/world.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { Cache } from '../../../src/sdk/caches.ts';
import type { EventRecorder } from '../../../src/sdk/events.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { PodDisruptionBudget } from '../../kinds/policy/v1/pod-disruption-budget.ts';
import type { ClusterState } from '../cluster-state.ts';
import type { ClusterChange } from '../contract.ts';
import type { NoDecision } from '../decide.ts';
import { priorityOf } from '../pod-importance.ts';
import type { PodQueue } from '../pod-queue.ts';
import type { SchedulerMetrics } from '../scheduler-metrics.ts';
import type { UnplacedReports } from '../unplaced-reports.ts';
import { evictVictims } from './evict-victims.ts';
import { RoomSearch, victimsNow } from './room-search.ts';
import type { Victims } from './select-victims.ts';

export interface RoomMakerDeps {
  readonly client: Client;
  readonly budgets: Cache<PodDisruptionBudget>;
  readonly events: EventRecorder;
  readonly world: World;
  readonly log: Logger;
  readonly cluster: ClusterState;
  readonly queue: PodQueue;
  readonly reports: UnplacedReports;
  readonly metrics: SchedulerMetrics;
  /** As in `Eviction`. */
  takeBack(this: void, pod: Pod): boolean;
}

/** Has less important pods leave a node for one that fits nowhere. */
export class RoomMaker {
  readonly #deps: RoomMakerDeps;

  constructor(deps: RoomMakerDeps) {
    this.#deps = deps;
  }

  search(pod: Pod, decision: NoDecision): RoomSearch {
    const { cluster, budgets, world, metrics } = this.#deps;
    metrics.triedToPreempt();
    return new RoomSearch(pod, decision, { cluster, budgets: budgets.list(), fraction: world.random.fraction() });
  }

  /** As `victimsNow`, for a decision that was made just now. */
  victimsOn(node: string, pod: Pod, decision: NoDecision): Victims | undefined {
    const { cluster, budgets } = this.#deps;
    return victimsNow(node, { pod, decision }, { cluster, budgets: budgets.list() });
  }

  /** The pod is tried again once its victims are told, and one of `wakesOn` has happened since it was not placed. */
  async makeRoom(pod: Pod, victims: Victims, wakesOn: ReadonlySet<ClusterChange>): Promise<void> {
    const { log, world, queue, cluster, metrics } = this.#deps;
    metrics.preempted(victims.pods.length);
    cluster.nominations.put(pod, victims.node);
    this.#releaseLesser(pod, victims.node);
    try {
      await evictVictims(victims, pod, { ...this.#deps, clock: world.clock });
      queue.reject(pod.metadata.uid, wakesOn);
    } catch (error) {
      const { namespace = '', name } = pod.metadata;
      log.warn('victims not evicted', { pod: `${namespace}/${name}`, node: victims.node, error });
      queue.retry(pod.metadata.uid);
    }
  }

  /** Less important pods that were to come to this node look for another one. */
  #releaseLesser(pod: Pod, node: string): void {
    const { cluster, reports, queue } = this.#deps;
    for (const other of cluster.nominated.get(node) ?? []) {
      if (priorityOf(other) >= priorityOf(pod)) continue;
      cluster.nominations.drop(other.metadata.uid);
      void reports.unnominated(other);
      queue.wake(other.metadata.uid);
    }
  }
}
