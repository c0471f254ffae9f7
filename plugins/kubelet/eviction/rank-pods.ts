import { parseQuantity, wholeUnits } from '../../../src/base/quantity.ts';
import { wholePod } from '../../kinds/core/v1/pod-resources.ts';
import type { PodSpec } from '../pod.ts';
import type { Signal } from './thresholds.ts';

/** What a pod uses of a node. */
export interface PodUsage extends Used {
  readonly pids: number;
  readonly inodes: number;
  readonly containers: ReadonlyMap<string, Used>;
}
interface Used {
  readonly memoryBytes: number;
  readonly diskBytes: number;
}

export interface RankedPod {
  readonly spec: PodSpec;
  /** `undefined` where it could not be told: such a pod goes first. */
  readonly usage: PodUsage | undefined;
}

/**
 * Whom to evict first: who uses more than was requested, then who matters least, then who uses most beyond the
 * request. Of processes and inodes nobody requests any.
 */
export function byEviction(signal: Signal): (a: RankedPod, b: RankedPod) => number {
  return (a, b) =>
    Number(exceeds(b, signal)) - Number(exceeds(a, signal)) ||
    (a.spec.priority ?? 0) - (b.spec.priority ?? 0) ||
    beyondRequest(b, signal) - beyondRequest(a, signal);
}

const exceeds = (pod: RankedPod, signal: Signal): boolean =>
  signal === 'pid.available' ? false : pod.usage === undefined || beyondRequest(pod, signal) > 0;

function beyondRequest({ spec, usage }: RankedPod, signal: Signal): number {
  if (usage === undefined) return Infinity;
  switch (signal) {
    case 'memory.available':
    case 'allocatableMemory.available':
      return usage.memoryBytes - requestOf(spec, 'memory');
    case 'nodefs.available':
      return usage.diskBytes - requestOf(spec, 'ephemeral-storage');
    case 'nodefs.inodesFree':
      return usage.inodes;
    // Nothing of a pod's own is there.
    case 'imagefs.available':
      return -requestOf(spec, 'ephemeral-storage');
    case 'imagefs.inodesFree':
      return 0;
    case 'pid.available':
      return usage.pids;
  }
}

const requestOf = (spec: PodSpec, name: string): number =>
  wholeUnits(parseQuantity(wholePod(spec, 'requests')[name] ?? '0'));
