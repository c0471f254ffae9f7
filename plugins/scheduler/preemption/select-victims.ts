import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { PodDisruptionBudget } from '../../kinds/policy/v1/pod-disruption-budget.ts';
import type { Misfit, NodeView } from '../contract.ts';
import type { NodeJudge } from '../node-judge.ts';
import { byImportance, priorityOf } from '../pod-importance.ts';
import { SupposedNode } from '../supposed-node.ts';
import { splitByBudgets } from './split-by-budgets.ts';

/** Those who have to leave a node, the more important first. */
export interface Victims {
  readonly node: string;
  readonly pods: readonly Pod[];
  /** How many of them their budgets do not let go. */
  readonly violations: number;
}

export interface Preemptor {
  readonly pod: Pod;
  readonly judge: NodeJudge;
  readonly budgets: readonly PodDisruptionBudget[];
}

const NOBODY_TO_PREEMPT: Misfit = { reasons: ['No preemption victims found for incoming pod'], isFinal: true };

export const mayPreempt = (pod: Pod, other: Pod): boolean => priorityOf(other) < priorityOf(pod);

/**
 * As few as will do: all less important pods are thought away, then each may stay beside whom the preemptor fits,
 * those first that budgets protect, and the more important first. Else why it does not fit even without all of them.
 */
export function selectVictims(node: NodeView, index: number, preemptor: Preemptor): Victims | Misfit {
  const { pod, judge, budgets } = preemptor;
  const potential = node.pods.filter(other => mayPreempt(pod, other));
  if (potential.length === 0) return NOBODY_TO_PREEMPT;
  const supposed = new SupposedNode(node, { without: new Set(potential), added: NOBODY });
  const misfit = judge(supposed, index, supposed)?.misfit;
  if (misfit !== undefined) return misfit;
  const { violating, others } = splitByBudgets(potential.toSorted(byImportance), budgets);
  const stays = (victim: Pod): boolean => {
    supposed.putBack(victim);
    if (judge(supposed, index, supposed) === undefined) return true;
    supposed.takeAway(victim);
    return false;
  };
  const violations = violating.filter(victim => !stays(victim));
  const pods = [...violations, ...others.filter(victim => !stays(victim))].toSorted(byImportance);
  // It did not fit before: a filter contradicts itself.
  if (pods.length === 0) return `expected at least one victim pod on node ${JSON.stringify(node.name)}`;
  return { node: node.name, pods, violations: violations.length };
}

const NOBODY: ReadonlySet<Pod> = new Set();
