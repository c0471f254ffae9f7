import { qosClassOf, type QosClass } from '../../kinds/core/v1/qos-class.ts';
import type { Pod } from '../pod.ts';
import { isPreemptable } from './critical-pod.ts';
import type { Shortage } from './shortages.ts';
import type { Amounts } from './taken.ts';

export interface Candidate {
  readonly pod: Pod;
  readonly amounts: Amounts;
}

export type PreemptionPlan<C extends Candidate> =
  | { readonly victims: readonly C[] }
  /** What would still be missing if all went that may. */
  | { readonly missing: readonly Missing[] };
export interface Missing {
  readonly resource: string;
  readonly amount: number;
}

/**
 * Whom a critical pod pushes out of a node that is too full for it: of the best class as few as is possible, then of
 * the next ones, each the one that comes closest to what is missing: pkg/kubelet/preemption/preemption.go.
 */
export function planPreemption<C extends Candidate>(
  pod: Pod,
  candidates: readonly C[],
  shortages: readonly Shortage[],
): PreemptionPlan<C> {
  const missing = shortages.map(({ resource, requested, used, capacity }) => ({
    resource,
    amount: requested - (capacity - used),
  }));
  const of = (qosClass: QosClass): readonly C[] =>
    candidates.filter(each => isPreemptable(pod, each.pod) && qosClassOf(each.pod.spec) === qosClass);
  const [bestEffort, burstable, guaranteed] = [of('BestEffort'), of('Burstable'), of('Guaranteed')];
  const never = without(missing, [...bestEffort, ...burstable, ...guaranteed]);
  if (never.length > 0) return { missing: never };
  // Each class gives what the ones below it, all gone, and the ones above it, gone as chosen, leave missing.
  const best = closest(guaranteed, without(missing, [...bestEffort, ...burstable]));
  const middle = closest(burstable, without(missing, [...bestEffort, ...best]));
  const least = closest(bestEffort, without(missing, [...middle, ...best]));
  return { victims: [...least, ...middle, ...best] };
}

/** One after the other the one that leaves least missing, of such the one that requests less. */
function closest<C extends Candidate>(candidates: readonly C[], missing: readonly Missing[]): readonly C[] {
  const left = [...candidates];
  const chosen: C[] = [];
  for (let still = missing; still.length > 0; still = without(still, chosen.slice(-1))) {
    let best = 0;
    let shortest = Infinity;
    for (const [index, candidate] of left.entries()) {
      const distance = distanceOf(candidate, still);
      const current = left[best];
      if (distance > shortest) continue;
      if (distance === shortest && current !== undefined && !isNoLarger(candidate, current)) continue;
      [best, shortest] = [index, distance];
    }
    const [found] = left.splice(best, 1, ...left.slice(-1));
    if (found === undefined) throw new Error('those that may go were enough, and now are not');
    left.pop();
    chosen.push(found);
  }
  return chosen;
}

const without = (missing: readonly Missing[], gone: readonly Candidate[]): readonly Missing[] =>
  missing.flatMap(({ resource, amount }) => {
    const left = gone.reduce((sum, { amounts }) => sum - (amounts.get(resource) ?? 0), amount);
    return left > 0 ? [{ resource, amount: left }] : [];
  });

/** Of each resource the share that stays missing, so that all weigh the same. */
const distanceOf = ({ amounts }: Candidate, missing: readonly Missing[]): number =>
  missing.reduce((sum, { resource, amount }) => {
    const left = amount - (amounts.get(resource) ?? 0);
    return left > 0 ? sum + (left / amount) ** 2 : sum;
  }, 0);

function isNoLarger(a: Candidate, b: Candidate): boolean {
  for (const resource of ['memory', 'cpu']) {
    const difference = (a.amounts.get(resource) ?? 0) - (b.amounts.get(resource) ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return true;
}

/** As the kubelet writes it, its comma and blank at the end with it. */
export const preemptionFailure = (missing: readonly Missing[]): string =>
  'Unexpected error while attempting to recover from admission failure: preemption: error finding a set of pods to ' +
  `preempt: no set of running pods found to reclaim resources: [${missing
    .map(({ resource, amount }) => `(res: ${resource}, q: ${amount}), `)
    .join('')}]`;
