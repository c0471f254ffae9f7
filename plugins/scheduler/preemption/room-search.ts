import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { PodDisruptionBudget } from '../../kinds/policy/v1/pod-disruption-budget.ts';
import type { ClusterView } from '../contract.ts';
import type { NoDecision } from '../decide.ts';
import { planPreemption, type PreemptionPlan } from './plan-preemption.ts';
import { selectVictims, type Victims } from './select-victims.ts';

export interface SearchedWorld {
  readonly cluster: ClusterView;
  readonly budgets: readonly PodDisruptionBudget[];
  /** In [0, 1): where among the nodes the search begins. */
  readonly fraction: number;
}

/** The search for whom to preempt for one pod that fits nowhere, in pieces. */
export class RoomSearch {
  readonly pod: Pod;
  readonly decision: NoDecision;
  readonly #steps: Generator<void, PreemptionPlan>;

  constructor(pod: Pod, decision: NoDecision, { cluster, budgets, fraction }: SearchedWorld) {
    this.pod = pod;
    this.decision = decision;
    const { diagnosis, judge } = decision;
    this.#steps = planPreemption(cluster, { pod, diagnosis, judge, budgets, fraction });
  }

  /** One node at least, and on until it is time for others or the plan is made. */
  advance(isTime: () => boolean): PreemptionPlan | undefined {
    do {
      const step = this.#steps.next();
      if (step.done === true) return step.value;
    } while (!isTime());
    return undefined;
  }
}

/** Who would have to leave a node now; `undefined` where it is gone or the pod would not fit there all the same. */
export function victimsNow(
  node: string,
  { pod, decision }: { readonly pod: Pod; readonly decision: NoDecision },
  { cluster, budgets }: Omit<SearchedWorld, 'fraction'>,
): Victims | undefined {
  const index = cluster.indexOf(node);
  const view = index === undefined ? undefined : cluster.nodes[index];
  if (index === undefined || view === undefined) return undefined;
  const found = selectVictims(view, index, { pod, judge: decision.judge, budgets });
  return typeof found !== 'string' && 'pods' in found ? found : undefined;
}

export const areSame = (a: Victims, b: Victims): boolean =>
  a.node === b.node && a.violations === b.violations && uidsOf(a).symmetricDifference(uidsOf(b)).size === 0;

const uidsOf = ({ pods }: Victims): ReadonlySet<string> => new Set(pods.map(({ metadata }) => metadata.uid));
