import { must } from '../../../src/base/must.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { PodDisruptionBudget } from '../../kinds/policy/v1/pod-disruption-budget.ts';
import type { ClusterView, Misfit } from '../contract.ts';
import { fitErrorMessage, isFinal, type Diagnosis } from '../fit-error.ts';
import { LEAST_CANDIDATES, LEAST_CANDIDATES_PERCENT } from '../limits.ts';
import type { NodeJudge } from '../node-judge.ts';
import { bestVictims } from './best-victims.ts';
import { mayPreempt, selectVictims, type Victims } from './select-victims.ts';

/** What to do for a pod that fits nowhere: clear a node of victims, or tell why that would not help. */
export type PreemptionPlan =
  | { readonly type: 'preempt'; readonly victims: Victims }
  /** Nowhere, so nothing is kept for it any more either. */
  | { readonly type: 'helpless'; readonly message: string }
  /** What is kept for it stays so. */
  | { readonly type: 'ineligible'; readonly message: string };

export interface Unplaced {
  readonly pod: Pod;
  readonly diagnosis: Diagnosis;
  /** What judged it. */
  readonly judge: NodeJudge;
  readonly budgets: readonly PodDisruptionBudget[];
  /** In [0, 1): where among the nodes the search begins. */
  readonly fraction: number;
}

/**
 * kube-scheduler's DefaultPreemption, word by word, one node a step. The cluster may change between steps: then the
 * plan is of no one moment.
 */
export function* planPreemption(cluster: ClusterView, unplaced: Unplaced): Generator<void, PreemptionPlan> {
  const { pod, diagnosis } = unplaced;
  const obstacle = obstacleTo(pod, cluster, diagnosis);
  if (obstacle !== undefined) return { type: 'ineligible', message: obstacle };
  const { nodes } = cluster;
  const places = placesThatMayHelp(cluster, diagnosis);
  const enough = Math.max(Math.trunc((places.length * LEAST_CANDIDATES_PERCENT) / 100), LEAST_CANDIDATES);
  const offset = Math.floor(unplaced.fraction * places.length);
  const candidates: Victims[] = [];
  const misfits = new Map<string, Misfit>();
  for (let nth = 0; nth < places.length && !isEnough(candidates, enough); nth++) {
    const index = must(places[(offset + nth) % places.length], 'the index is within the list');
    const node = must(nodes[index], 'places are of nodes that were listed');
    const found = selectVictims(node, index, unplaced);
    if (typeof found !== 'string' && 'pods' in found) candidates.push(found);
    else misfits.set(node.name, found);
    yield;
  }
  const victims = bestVictims(candidates);
  if (victims !== undefined) return { type: 'preempt', victims };
  return { type: 'helpless', message: fitErrorMessage({ nodes: diagnosis.nodes, misfits, elsewhere: NOT_HELPFUL }) };
}

const NOT_HELPFUL: Misfit = { reasons: ['Preemption is not helpful for scheduling'], isFinal: true };

/** Enough once one of them breaks no budget. */
const isEnough = (candidates: readonly Victims[], enough: number): boolean =>
  candidates.length >= enough && candidates.some(({ violations }) => violations === 0);

/** Who has made room already waits until it is there, unless the node will not do any more. */
function obstacleTo(pod: Pod, cluster: ClusterView, { misfits, elsewhere, rejection }: Diagnosis): string | undefined {
  if (pod.spec.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  const { nominatedNodeName = '' } = pod.status;
  const index = cluster.indexOf(nominatedNodeName);
  if (index === undefined || rejection !== undefined) return undefined;
  const misfit = misfits.get(nominatedNodeName) ?? elsewhere;
  if (misfit !== undefined && isFinal(misfit)) return undefined;
  const isClearing = cluster.nodes[index]?.pods.some(other => mayPreempt(pod, other) && isLeavingForAnother(other));
  return isClearing === true ? 'not eligible due to a terminating pod on the nominated node.' : undefined;
}

const isLeavingForAnother = ({ metadata, status }: Pod): boolean => {
  const target = status.conditions?.find(({ type }) => type === 'DisruptionTarget');
  return metadata.deletionTimestamp !== undefined && target?.status === 'True' && target.reason === PREEMPTED;
};
export const PREEMPTED = 'PreemptionByScheduler';

const placesThatMayHelp = (cluster: ClusterView, { misfits }: Diagnosis): readonly number[] =>
  [...misfits].flatMap(([name, misfit]) => (isFinal(misfit) ? [] : (cluster.indexOf(name) ?? [])));
