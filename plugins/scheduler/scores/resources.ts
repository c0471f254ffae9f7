import type { NodeView, SchedulerScore } from '../contract.ts';
import { podRequests } from '../pod-requests.ts';

/** Prefers nodes with most left of CPU and memory. */
export const leastAllocated: SchedulerScore = {
  name: 'NodeResourcesFit',
  weight: 1,
  prepare: pod => {
    const { likely } = podRequests(pod);
    return ({ allocatable, likely: used }) => {
      const cpu = leftOf(allocatable.milliCpu, used.milliCpu + likely.milliCpu);
      const memory = leftOf(allocatable.memory, used.memory + likely.memory);
      return Math.trunc((cpu + memory) / 2);
    };
  },
};

/** Prefers nodes where CPU and memory are used in like measure. */
export const balancedAllocation: SchedulerScore = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  prepare: pod => {
    const { milliCpu, memory } = podRequests(pod).requested;
    if (milliCpu === 0 && memory === 0) return undefined;
    return ({ allocatable, requested }: NodeView) => {
      const cpu = Math.min(1, share(requested.milliCpu + milliCpu, allocatable.milliCpu));
      const ram = Math.min(1, share(requested.memory + memory, allocatable.memory));
      return Math.trunc((1 - Math.abs(cpu - ram) / 2) * 100);
    };
  },
};

const share = (used: number, total: number): number => (total === 0 ? 1 : used / total);

const leftOf = (total: number, used: number): number =>
  total === 0 || used > total ? 0 : Math.trunc(((total - used) * 100) / total);
