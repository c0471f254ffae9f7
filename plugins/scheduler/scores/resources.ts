import type { NodeAmounts, SchedulerScore } from '../contract.ts';
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
      return meanOf(amounts, index, cpu, memory);
    };
  },
};

/** A resource that the node does not have is not judged. */
function meanOf(amounts: NodeAmounts, index: number, cpu: number, memory: number): number {
  const judged = Number(amounts.of(index, 'allocatableCpu') > 0) + Number(amounts.of(index, 'allocatableMemory') > 0);
  return judged === 0 ? 0 : Math.trunc((cpu + memory) / judged);
}

/** Prefers nodes whose CPU and memory the pod brings nearer to being used in like measure. */
export const balancedAllocation: SchedulerScore = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  prepare: (pod, { amounts }) => {
    const { milliCpu, memory } = podRequests(pod).requested;
    if (milliCpu === 0 && memory === 0) return undefined;
    return (_node, index) => {
      const allCpu = amounts.of(index, 'allocatableCpu');
      const allMemory = amounts.of(index, 'allocatableMemory');
      if (allCpu === 0 || allMemory === 0) return AS_BEFORE;
      const freeCpu = amounts.of(index, 'freeCpu');
      const freeMemory = amounts.of(index, 'freeMemory');
      const before = balanceOf(share(freeCpu, allCpu), share(freeMemory, allMemory));
      const after = balanceOf(share(freeCpu - milliCpu, allCpu), share(freeMemory - memory, allMemory));
      return 50 + Math.trunc((50 + after - before) / 2);
    };
  },
};

const AS_BEFORE = 75;
const balanceOf = (cpu: number, memory: number): number => Math.trunc((1 - Math.abs(cpu - memory) / 2) * 100);

/** How much is used; no more than all. */
const share = (free: number, total: number): number => Math.min(1, (total - free) / total);

const leftOf = (total: number, used: number): number =>
  total === 0 || used > total ? 0 : Math.trunc(((total - used) * 100) / total);
