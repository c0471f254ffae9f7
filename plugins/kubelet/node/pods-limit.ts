import { messageOf } from '../../../src/base/message-of.ts';
import type { World } from '../../../src/base/world.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { CgroupUsage, Resources, Runtime } from '../../runtime/contract.ts';
import { cpuShares, MIN_SHARES } from '../container/cgroup-numbers.ts';
import { ALLOCATABLE_MEMORY, type Observation } from '../eviction/thresholds.ts';
import { PODS_LIMIT_RETRY_MS, WEIGHING_MS } from '../limits.ts';
import type { Machine } from './machine.ts';
import type { NodeReserve } from './node-allocatable.ts';

export interface PodsLimitDeps {
  readonly runtime: Pick<Runtime, 'limitPods'> & {
    podsUsage(): Promise<Pick<CgroupUsage, 'memoryWorkingSetBytes'>>;
  };
  readonly world: Pick<World, 'timers'>;
  readonly log: Logger;
  /** An Event about the node. */
  readonly tell: (type: 'Normal' | 'Warning', reason: string, message: string) => void;
  readonly signal: AbortSignal;
}

/** Holds all pods together to what the node has for them, in the kernel: upstream's `enforceNodeAllocatable: [pods]`. */
export class PodsLimit {
  readonly #deps: PodsLimitDeps;
  #memoryBytes: number | undefined;
  #burstableShares = MIN_SHARES;
  #weighedShares: number | undefined;
  #isWeighing = false;

  constructor(deps: PodsLimitDeps) {
    this.#deps = deps;
  }

  /** Resolves once the kernel took it: pods of an earlier daemon may have more than that until some are evicted. */
  async enforce(resources: Resources): Promise<void> {
    const { runtime, world, tell, signal } = this.#deps;
    this.#memoryBytes = resources.memoryBytes ?? undefined;
    while (!signal.aborted) {
      try {
        await runtime.limitPods(resources);
        return tell('Normal', 'NodeAllocatableEnforced', 'Updated Node Allocatable limit across pods');
      } catch (error) {
        const message = `Failed to update Node Allocatable Limits ["kubepods"]: ${messageOf(error)}`;
        tell('Warning', 'FailedNodeAllocatableEnforcement', message);
      }
      await world.timers.sleep(PODS_LIMIT_RETRY_MS, signal).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    }
  }

  /**
   * Beside Guaranteed pods, which weigh what they ask for, Burstable ones do so together, and those that ask for nothing
   * weigh next to nothing. What comes at about the same time is written once.
   */
  weigh(burstableMillis: number): void {
    this.#burstableShares = cpuShares(burstableMillis);
    if (this.#isWeighing) return;
    this.#isWeighing = true;
    this.#deps.world.timers.after(WEIGHING_MS, () => {
      this.#isWeighing = false;
      void this.#writeWeights();
    });
  }

  async #writeWeights(): Promise<void> {
    const { runtime, log, signal } = this.#deps;
    const shares = this.#burstableShares;
    if (shares === this.#weighedShares || signal.aborted) return;
    try {
      if (this.#weighedShares === undefined)
        await runtime.limitPods({ ...NO_LIMITS, cpuShares: MIN_SHARES }, 'besteffort');
      await runtime.limitPods({ ...NO_LIMITS, cpuShares: shares }, 'burstable');
      this.#weighedShares = shares;
    } catch (error) {
      log.warn('pods were not weighed against each other', { error });
    }
  }

  /** What pods may still take. */
  async observe(): Promise<readonly Observation[]> {
    const capacity = this.#memoryBytes;
    if (capacity === undefined) return [];
    const { memoryWorkingSetBytes } = await this.#deps.runtime.podsUsage();
    const available = Math.max(0, capacity - memoryWorkingSetBytes);
    return [{ signal: ALLOCATABLE_MEMORY, available, capacity }];
  }
}

/** Unlike what is allocatable, with what hard thresholds of eviction keep free: those are to be met first. */
export function podsResources(
  { cpus, memoryBytes, maxPids }: Pick<Machine, 'cpus' | 'memoryBytes' | 'maxPids'>,
  kept: Pick<NodeReserve, 'cpuMillis' | 'memoryBytes' | 'pids'>,
): Resources {
  return {
    ...NO_LIMITS,
    cpuShares: cpuShares(cpus * 1000 - kept.cpuMillis),
    memoryBytes: memoryBytes - kept.memoryBytes,
    pids: maxPids - kept.pids,
  };
}

const NO_LIMITS: Resources = { cpuShares: null, cpuQuotaUs: null, cpuPeriodUs: null, memoryBytes: null, pids: null };
const NOTHING_KEPT = { cpuMillis: 0, memoryBytes: 0, pids: 0 };
const WAYS = ['pods', 'none'];

/** What the kernel is to keep from pods; throws, in the kubelet's words, for ways of enforcement that are not there. */
export function enforcedReserve(ways: readonly string[], reserve: NodeReserve): typeof NOTHING_KEPT {
  for (const way of ways) {
    if (WAYS.includes(way)) continue;
    const valid = WAYS.map(each => JSON.stringify(each)).join(' or ');
    throw new Error(
      `invalid configuration: option ${JSON.stringify(way)} specified for enforceNodeAllocatable (--enforce-node-allocatable). Valid options are ${valid}`,
    );
  }
  if (ways.includes('none') && ways.length > 1) {
    throw new Error(
      'invalid configuration: enforceNodeAllocatable (--enforce-node-allocatable) may not contain additional enforcements when "none" is specified',
    );
  }
  return ways.includes('pods') ? reserve : NOTHING_KEPT;
}
