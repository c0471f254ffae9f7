import type { World } from '../../../src/base/world.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import { qosClassOf } from '../../kinds/core/v1/qos-class.ts';
import { tolerates } from '../../kinds/core/v1/tolerates.ts';
import { EVICTION_GRACE_MS, EVICTION_WAIT_MS } from '../limits.ts';
import { isCritical } from '../admission/critical-pod.ts';
import type { Pressure } from '../node/pressure.ts';
import type { Pod } from '../pod.ts';
import { underPressure, type Expulsion } from '../worker/expulsion.ts';
import { evictionMessage, refusalMessage, RESOURCE_OF } from './eviction-words.ts';
import { byEviction, type PodUsage } from './rank-pods.ts';
import type { StorageLimits } from './storage-limits.ts';
import { shortages, type Observation, type Shortage, type Signal, type Threshold } from './thresholds.ts';

export interface EvictablePod {
  readonly pod: Pod;
  /** Resolves once it has left the node. */
  readonly expel: (expulsion: Expulsion) => Promise<void>;
}

export interface EvictorDeps {
  readonly world: Pick<World, 'clock'>;
  readonly log: Logger;
  readonly thresholds: readonly Threshold[];
  /** How long pressure is told of after it was last seen. */
  readonly transitionMs: number;
  /** What pods that go for a soft threshold get at most. */
  readonly maxGraceMs: number;
  readonly limits: Pick<StorageLimits, 'look'>;
  readonly observe: () => Promise<readonly Observation[]>;
  /** Pods that run here and are not on their way out. */
  readonly pods: () => readonly EvictablePod[];
  /** Disk and inodes are looked for only where they are asked for. */
  readonly usage: (pod: Pod, signal: Signal) => Promise<PodUsage>;
  /** Frees what no pod needs. */
  readonly reclaim: (signal: Signal) => Promise<void>;
  /** An Event of type Warning about the node. */
  readonly warn: (reason: string, message: string) => void;
  /** Told of each pod that goes, by what for. */
  readonly evicted: (signal: Signal) => void;
}

type Aspect = keyof Pressure;
const ASPECT_OF: Readonly<Record<Signal, Aspect>> = {
  'memory.available': 'memory',
  'allocatableMemory.available': 'memory',
  'nodefs.available': 'disk',
  'nodefs.inodesFree': 'disk',
  'imagefs.available': 'disk',
  'imagefs.inodesFree': 'disk',
  'pid.available': 'pids',
};
const NO_PRESSURE: Pressure = { memory: false, disk: false, pids: false };

/**
 * Keeps the node from running dry: tells of pressure, takes no more pods that would add to it, ends those that write
 * more than they may, and evicts one at a time.
 */
export class Evictor {
  readonly #deps: EvictorDeps;
  readonly #lastMetMs = new Map<Aspect, number>();
  /** Since when each threshold that is met was so. */
  #metSinceMs: ReadonlyMap<Threshold, number> = new Map();
  /** Those that were met for their time: pods go until they see their limit free again, and what is to be reclaimed. */
  #held: ReadonlySet<Threshold> = new Set();
  #pressure = NO_PRESSURE;
  /** A pod goes; until when its end is waited for. */
  #going: { readonly untilMs: number } | undefined;
  #acting: Promise<void> | undefined;

  constructor(deps: EvictorDeps) {
    this.#deps = deps;
  }

  /** Pressure lasts until it was not seen for some minutes, so that the node does not swing. */
  async look(): Promise<Pressure> {
    const { world, thresholds, observe, transitionMs, log } = this.#deps;
    const nowMs = world.clock.monotonicMs();
    const met = shortages(thresholds, await observe(), threshold => this.#held.has(threshold));
    this.#metSinceMs = new Map(met.map(({ threshold }) => [threshold, this.#metSinceMs.get(threshold) ?? nowMs]));
    for (const { signal } of met) this.#lastMetMs.set(ASPECT_OF[signal], nowMs);
    const lasts = (aspect: Aspect): boolean => {
      const lastMs = this.#lastMetMs.get(aspect);
      return lastMs !== undefined && nowMs - lastMs < transitionMs;
    };
    this.#pressure = { memory: lasts('memory'), disk: lasts('disk'), pids: lasts('pids') };
    const due = met.filter(({ threshold }) => nowMs - (this.#metSinceMs.get(threshold) ?? nowMs) >= threshold.graceMs);
    this.#held = new Set(due.map(({ threshold }) => threshold));
    this.#acting ??= this.#act(due[0], nowMs)
      .catch((error: unknown) => log.error('a shortage was not relieved', { error }))
      .finally(() => {
        this.#acting = undefined;
      });
    return this.#pressure;
  }

  /** Resolves once what the last look began is done. */
  async settled(): Promise<void> {
    await this.#acting;
  }

  /** Why a new pod may not start here now. */
  refusal(pod: Pod): string | undefined {
    const { spec } = pod;
    const { memory, disk, pids } = this.#pressure;
    if ((!memory && !disk && !pids) || isCritical(pod)) return undefined;
    const taint = { key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule' } as const;
    const isFine =
      qosClassOf(spec) !== 'BestEffort' || (spec.tolerations ?? []).some(toleration => tolerates(toleration, taint));
    if (!disk && !pids && isFine) return undefined;
    return refusalMessage(this.#pressure);
  }

  async #act(worst: Shortage | undefined, nowMs: number): Promise<void> {
    // Who is beyond a limit may be what the node is short for.
    if ((await this.#deps.limits.look()) || worst === undefined) return;
    await this.#relieve(worst, nowMs);
  }

  async #relieve(worst: Shortage, nowMs: number): Promise<void> {
    const { pods, reclaim, observe, thresholds, warn, evicted, log } = this.#deps;
    if (this.#going !== undefined && nowMs < this.#going.untilMs) return;
    const active = pods();
    const resource = RESOURCE_OF[worst.signal];
    warn('EvictionThresholdMet', `Attempting to reclaim ${resource}`);
    await reclaim(worst.signal);
    if (shortages(thresholds, await observe(), () => true).length === 0) return;
    const ranked = await Promise.all(
      active.map(async each => ({ ...each, spec: each.pod.spec, usage: await this.#usageOf(each.pod, worst.signal) })),
    );
    const chosen = ranked.toSorted(byEviction(worst.signal)).find(({ pod }) => !isCritical(pod));
    if (chosen === undefined) {
      log.warn('the node runs short, and there is no pod to evict', { resource });
      return;
    }
    const going = { untilMs: nowMs + EVICTION_WAIT_MS };
    this.#going = going;
    evicted(worst.signal);
    const message = evictionMessage(worst, chosen.pod, chosen.usage);
    void chosen.expel(underPressure(message, this.#graceMs(worst, chosen.pod))).then(() => {
      if (this.#going === going) this.#going = undefined;
    });
  }

  #graceMs({ threshold }: Shortage, { spec }: Pod): number {
    if (threshold.graceMs === 0) return EVICTION_GRACE_MS;
    const { maxGraceMs } = this.#deps;
    const { terminationGracePeriodSeconds: seconds } = spec;
    return seconds === undefined ? maxGraceMs : Math.min(maxGraceMs, seconds * 1000);
  }

  /** A pod that ends while it is measured has nothing to tell. */
  #usageOf(pod: Pod, signal: Signal): Promise<PodUsage | undefined> {
    return this.#deps.usage(pod, signal).catch((error: unknown) => {
      this.#deps.log.warn('what a pod uses was not measured', { pod: pod.metadata.name, error });
      return undefined;
    });
  }
}
