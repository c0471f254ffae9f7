import { labelMatcher } from '../../../src/api/label-selector.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { PodDisruptionBudget } from '../../kinds/policy/v1/pod-disruption-budget.ts';

export interface ByBudgets {
  /** Those whose loss one of their budgets does not allow, once those before them are lost. */
  readonly violating: readonly Pod[];
  readonly others: readonly Pod[];
}

/** In their order, both of them. A pod whose eviction was granted already is no further loss to that budget. */
export function splitByBudgets(pods: readonly Pod[], budgets: readonly PodDisruptionBudget[]): ByBudgets {
  const left = budgets.map(budget => ({
    budget,
    selector: labelMatcher(budget.spec.selector),
    allowed: budget.status.disruptionsAllowed,
  }));
  const violating: Pod[] = [];
  const others: Pod[] = [];
  for (const pod of pods) {
    let isViolating = false;
    for (const each of left) {
      if (!protects(each, pod)) continue;
      each.allowed -= 1;
      if (each.allowed < 0) isViolating = true;
    }
    (isViolating ? violating : others).push(pod);
  }
  return { violating, others };
}

interface Protection {
  readonly budget: PodDisruptionBudget;
  readonly selector: ReturnType<typeof labelMatcher>;
}

/** As upstream's scheduler, and other than its evictions, an empty selector protects nobody here. */
const protects = ({ budget, selector }: Protection, { metadata }: Pod): boolean =>
  budget.metadata.namespace === metadata.namespace &&
  !selector.everything &&
  Object.keys(metadata.labels ?? {}).length > 0 &&
  selector.matches(metadata.labels) &&
  !Object.hasOwn(budget.status.disruptedPods ?? {}, metadata.name);
