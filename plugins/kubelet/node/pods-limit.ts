import { messageOf } from '../../../src/base/message-of.ts';
import type { World } from '../../../src/base/world.ts';
import type { CgroupUsage, Resources, Runtime } from '../../runtime/contract.ts';
import { cpuShares } from '../container/cgroup-numbers.ts';
import { ALLOCATABLE_MEMORY, type Observation } from '../eviction/thresholds.ts';
import { PODS_LIMIT_RETRY_MS } from '../limits.ts';
import type { Machine } from './machine.ts';
import type { NodeReserve } from './node-allocatable.ts';

export interface PodsLimitDeps {
  readonly runtime: Pick<Runtime, 'limitPods'> & {
    podsUsage(): Promise<Pick<CgroupUsage, 'memoryWorkingSetBytes'>>;
  };
  readonly world: Pick<World, 'timers'>;
  /** An Event about the node. */
  readonly tell: (type: 'Normal' | 'Warning', reason: string, message: string) => void;
  readonly signal: AbortSignal;
}

/** Holds all pods together to what the node has for them, in the kernel: upstream's `enforceNodeAllocatable: [pods]`. */
export class PodsLimit {
  readonly #deps: PodsLimitDeps;
  #memoryBytes: number | undefined;

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
    cpuShares: cpuShares(cpus * 1000 - kept.cpuMillis),
    cpuQuotaUs: null,
    cpuPeriodUs: null,
    memoryBytes: memoryBytes - kept.memoryBytes,
    pids: maxPids - kept.pids,
  };
}

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
