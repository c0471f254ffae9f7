import type { Resources } from '../../runtime/contract.ts';
import { milliUnits, parseQuantity, wholeUnits } from '../../../src/base/quantity.ts';
import type { ContainerSpec, PodSpec } from '../pod.ts';
import { isSidecar } from '../plan/restart-policy.ts';
import { qosClassOf, type QosClass } from '../../kinds/core/v1/qos-class.ts';

const PERIOD_US = 100_000;
const MIN_QUOTA_US = 1_000;
export const MIN_SHARES = 2;
const MAX_SHARES = 262_144;

/** cpu.shares and quota of `milli` thousandths of a CPU; the kernel refuses a quota below 1 ms. */
export const cpuShares = (milli: number): number =>
  Math.min(MAX_SHARES, Math.max(MIN_SHARES, Math.floor((milli * 1024) / 1000)));
export const cpuQuotaUs = (milli: number): number => Math.max(MIN_QUOTA_US, Math.floor((milli * PERIOD_US) / 1000));

interface Amounts {
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
}

export function containerResources(container: ContainerSpec): Resources {
  const { requests, limits } = effective(container.resources);
  const cpuLimit = milli(limits['cpu']);
  return {
    cpuShares: cpuShares(milli(requests['cpu'])),
    cpuQuotaUs: cpuLimit > 0 ? cpuQuotaUs(cpuLimit) : null,
    cpuPeriodUs: cpuLimit > 0 ? PERIOD_US : null,
    memoryBytes: bytes(limits['memory']) > 0 ? bytes(limits['memory']) : null,
    pids: null,
  };
}

/** The pod's own cgroup: limits only where every container has one. */
export function podResources(spec: PodSpec, pids: number | null): Resources {
  const qos = qosClassOf(spec);
  const cpuLimit = podAmount(spec, 'limits', 'cpu');
  const memoryLimit = podAmount(spec, 'limits', 'memory');
  const cpuRequest = podAmount(spec, 'requests', 'cpu') ?? 0;
  const cpuLimited = qos !== 'BestEffort' && cpuLimit !== undefined && cpuLimit > 0;
  return {
    cpuShares: qos === 'BestEffort' ? MIN_SHARES : cpuShares(cpuRequest),
    cpuQuotaUs: cpuLimited ? cpuQuotaUs(cpuLimit) : null,
    cpuPeriodUs: cpuLimited ? PERIOD_US : null,
    memoryBytes: qos !== 'BestEffort' && memoryLimit !== undefined && memoryLimit > 0 ? memoryLimit : null,
    pids,
  };
}

/** Relative to the kubepods root of each hierarchy. */
export function podCgroupPath(spec: PodSpec, uid: string): string {
  const parents: Readonly<Record<QosClass, string>> = {
    Guaranteed: '',
    Burstable: 'burstable/',
    BestEffort: 'besteffort/',
  };
  return `${parents[qosClassOf(spec)]}pod${uid}`;
}

const NODE_CRITICAL = 2_000_001_000;
const GUARANTEED_ADJ = -997;
const BEST_EFFORT_ADJ = 1000;

/** How willingly the kernel kills a container: the less of the node's memory it asked for, the sooner. */
export function oomScoreAdj(pod: PodSpec, container: ContainerSpec, memoryCapacityBytes: number): number {
  if ((pod.priority ?? 0) >= NODE_CRITICAL) return GUARANTEED_ADJ;
  const qos = qosClassOf(pod);
  if (qos === 'Guaranteed') return GUARANTEED_ADJ;
  if (qos === 'BestEffort') return BEST_EFFORT_ADJ;
  const request = bytes(effective(container.resources).requests['memory']);
  const score = 1000 - Math.floor((1000 * request) / memoryCapacityBytes);
  if (score < 1000 + GUARANTEED_ADJ) return 1000 + GUARANTEED_ADJ;
  return score === BEST_EFFORT_ADJ ? BEST_EFFORT_ADJ - 1 : score;
}

/**
 * Sum over the pod as the scheduler counts it: containers and sidecars together, or a larger init
 * container with the sidecars before it. `undefined` when some container has no such limit.
 */
function podAmount(spec: PodSpec, kind: 'requests' | 'limits', name: 'cpu' | 'memory'): number | undefined {
  const read = name === 'cpu' ? milli : bytes;
  if (spec.resources?.[kind]?.[name] !== undefined) return read(spec.resources[kind][name]);
  const of = (container: ContainerSpec): number | undefined => {
    const text = effective(container.resources)[kind][name];
    return text === undefined && kind === 'limits' ? undefined : read(text);
  };
  let sidecars = 0;
  let largestInit = 0;
  for (const container of spec.initContainers ?? []) {
    const amount = of(container);
    if (amount === undefined) return undefined;
    if (isSidecar(container)) sidecars += amount;
    largestInit = Math.max(largestInit, isSidecar(container) ? sidecars : sidecars + amount);
  }
  let total = sidecars;
  for (const container of spec.containers) {
    const amount = of(container);
    if (amount === undefined) return undefined;
    total += amount;
  }
  return Math.max(total, largestInit);
}

function effective(resources: Amounts | undefined): Required<Amounts> {
  const limits = resources?.limits ?? {};
  return { limits, requests: { ...limits, ...resources?.requests } };
}

const milli = (text: string | undefined): number => (text === undefined ? 0 : milliUnits(parseQuantity(text)));
const bytes = (text: string | undefined): number => (text === undefined ? 0 : wholeUnits(parseQuantity(text)));
