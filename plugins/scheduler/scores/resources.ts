import type { SchedulerScore } from '../contract.ts';
import { podRequests } from '../pod-requests.ts';

/** Prefers nodes with most left of CPU and memory. */
export const leastAllocated: SchedulerScore = {
  name: 'NodeResourcesFit',
  weight: 1,
  prepare: (pod, { amounts }) => {
    const { likely } = podRequests(pod);
    return (_node, index) => {
      const cpu = leftOf(amounts.of(index, 'allocatableCpu'), amounts.of(index, 'likelyCpu') + likely.milliCpu);
      const memory = leftOf(amounts.of(index, 'allocatableMemory'), amounts.of(index, 'likelyMemory') + likely.memory);
      return Math.trunc((cpu + memory) / 2);
    };
  },
};

/** Prefers nodes where CPU and memory are used in like measure. */
export const balancedAllocation: SchedulerScore = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  prepare: (pod, { amounts }) => {
    const { milliCpu, memory } = podRequests(pod).requested;
    if (milliCpu === 0 && memory === 0) return undefined;
    return (_node, index) => {
      const cpu = share(amounts.of(index, 'freeCpu') - milliCpu, amounts.of(index, 'allocatableCpu'));
      const ram = share(amounts.of(index, 'freeMemory') - memory, amounts.of(index, 'allocatableMemory'));
      return Math.trunc((1 - Math.abs(cpu - ram) / 2) * 100);
    };
  },
};

/** How much is used; no more than all. */
const share = (free: number, total: number): number => (total === 0 ? 1 : Math.min(1, (total - free) / total));

const leftOf = (total: number, used: number): number =>
  total === 0 || used > total ? 0 : Math.trunc(((total - used) * 100) / total);
