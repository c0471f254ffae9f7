import type { World } from '../../../src/base/world.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import { qosClassOf } from '../../kinds/core/v1/qos-class.ts';
import { tolerates } from '../../kinds/core/v1/tolerates.ts';
import { EVICTION_WAIT_MS, PRESSURE_TRANSITION_MS } from '../limits.ts';
import type { Pressure } from '../node/pressure.ts';
import type { Pod } from '../pod.ts';
import { evictionMessage, refusalMessage, RESOURCE_OF } from './eviction-words.ts';
import { byEviction, isCritical, type PodUsage } from './rank-pods.ts';
import { shortages, type Observation, type Shortage, type Signal, type Threshold } from './thresholds.ts';

export interface EvictablePod {
  readonly pod: Pod;
  readonly evict: (message: string) => void;
}

export interface EvictorDeps {
  readonly world: Pick<World, 'clock'>;
  readonly log: Logger;
  readonly thresholds: readonly Threshold[];
  readonly observe: () => Promise<readonly Observation[]>;
  /** Pods that run here and are not on their way out. */
  readonly pods: () => readonly EvictablePod[];
  /** Disk and inodes are looked for only where they are asked for. */
  readonly usage: (pod: Pod, signal: Signal) => Promise<PodUsage>;
  /** Frees what no pod needs. */
  readonly reclaim: (signal: Signal) => Promise<void>;
  /** An Event of type Warning about the node. */
  readonly warn: (reason: string, message: string) => void;
}

type Aspect = keyof Pressure;
const ASPECT_OF: Readonly<Record<Signal, Aspect>> = {
  'memory.available': 'memory',
  'nodefs.available': 'disk',
  'nodefs.inodesFree': 'disk',
  'pid.available': 'pids',
};
const NO_PRESSURE: Pressure = { memory: false, disk: false, pids: false };

/** Keeps the node from running dry: tells of pressure, takes no more pods that would add to it, and evicts one at a time. */
export class Evictor {
  readonly #deps: EvictorDeps;
  readonly #lastMetMs = new Map<Aspect, number>();
  #pressure = NO_PRESSURE;
  /** The pod that goes, and until when its end is waited for. */
  #going: { readonly uid: string; readonly untilMs: number } | undefined;
  #relieving: Promise<void> | undefined;

  constructor(deps: EvictorDeps) {
    this.#deps = deps;
  }

  /** Pressure lasts until it was not seen for some minutes, so that the node does not swing. */
  async look(): Promise<Pressure> {
    const nowMs = this.#deps.world.clock.monotonicMs();
    const met = shortages(this.#deps.thresholds, await this.#deps.observe());
    for (const { signal } of met) this.#lastMetMs.set(ASPECT_OF[signal], nowMs);
    const lasts = (aspect: Aspect): boolean => {
      const lastMs = this.#lastMetMs.get(aspect);
      return lastMs !== undefined && nowMs - lastMs < PRESSURE_TRANSITION_MS;
    };
    this.#pressure = { memory: lasts('memory'), disk: lasts('disk'), pids: lasts('pids') };
    const [worst] = met;
    if (worst !== undefined) {
      this.#relieving ??= this.#relieve(worst, nowMs)
        .catch((error: unknown) => this.#deps.log.error('a shortage was not relieved', { error }))
        .finally(() => {
          this.#relieving = undefined;
        });
    }
    return this.#pressure;
  }

  /** Resolves once what the last look began is done. */
  async settled(): Promise<void> {
    await this.#relieving;
  }

  /** Why a new pod may not start here now. */
  refusal({ spec }: Pod): string | undefined {
    const { memory, disk, pids } = this.#pressure;
    if ((!memory && !disk && !pids) || isCritical(spec)) return undefined;
    const taint = { key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule' } as const;
    const isFine =
      qosClassOf(spec) !== 'BestEffort' || (spec.tolerations ?? []).some(toleration => tolerates(toleration, taint));
    if (!disk && !pids && isFine) return undefined;
    return refusalMessage(this.#pressure);
  }

  async #relieve(worst: Shortage, nowMs: number): Promise<void> {
    const { pods, reclaim, observe, thresholds, warn, log } = this.#deps;
    const active = pods();
    const going = this.#going;
    if (going !== undefined && nowMs < going.untilMs && active.some(({ pod }) => pod.metadata.uid === going.uid))
      return;
    this.#going = undefined;
    const resource = RESOURCE_OF[worst.signal];
    warn('EvictionThresholdMet', `Attempting to reclaim ${resource}`);
    await reclaim(worst.signal);
    if (shortages(thresholds, await observe()).length === 0) return;
    const ranked = await Promise.all(
      active.map(async each => ({ ...each, spec: each.pod.spec, usage: await this.#usageOf(each.pod, worst.signal) })),
    );
    const chosen = ranked.toSorted(byEviction(worst.signal)).find(({ spec }) => !isCritical(spec));
    if (chosen === undefined) {
      log.warn('the node runs short, and there is no pod to evict', { resource });
      return;
    }
    this.#going = { uid: chosen.pod.metadata.uid, untilMs: nowMs + EVICTION_WAIT_MS };
    chosen.evict(evictionMessage(worst, chosen.spec, chosen.usage));
  }

  /** A pod that ends while it is measured has nothing to tell. */
  #usageOf(pod: Pod, signal: Signal): Promise<PodUsage | undefined> {
    return this.#deps.usage(pod, signal).catch((error: unknown) => {
      this.#deps.log.warn('what a pod uses was not measured', { pod: pod.metadata.name, error });
      return undefined;
    });
  }
}
