import { must } from '../../src/base/must.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { ClusterChange, ClusterView, Misfit, NodeView, SchedulerFilter, SchedulerScore } from './contract.ts';
import type { Diagnosis } from './fit-error.ts';
import { JUDGE_ALL_BELOW } from './limits.ts';

export type Decision =
  | { readonly node: NodeView; readonly judged: number }
  | { readonly node: undefined; readonly diagnosis: Diagnosis; readonly wakesOn: ReadonlySet<ClusterChange> };

export interface DecisionRules {
  /** In the order they run. */
  readonly filters: readonly SchedulerFilter[];
  readonly scores: readonly SchedulerScore[];
  /** In [0, 1), to choose among equals. */
  fraction(this: void): number;
}

/**
 * The best node for a pod. With many nodes judging stops once enough fit; `start` is the first node
 * judged, so that all get their turn.
 */
export function decide(pod: Pod, cluster: ClusterView, rules: DecisionRules, start = 0): Decision {
  const { nodes } = cluster;
  for (const filter of rules.filters) {
    const rejection = filter.rejects?.(pod);
    if (rejection === undefined) continue;
    const diagnosis = { nodes: nodes.length, misfits: new Map<string, Misfit>(), rejection };
    return { node: undefined, diagnosis, wakesOn: wakesOnOf(new Set([filter])) };
  }
  const judges = rules.filters.flatMap(filter => {
    const judge = filter.prepare(pod, cluster);
    return judge === undefined ? [] : [{ filter, judge }];
  });
  const enough = enoughOf(nodes.length);
  /** By their places. */
  const fitting: number[] = [];
  const misfits = new Map<string, Misfit>();
  const rejecting = new Set<SchedulerFilter>();
  let judged = 0;
  for (; judged < nodes.length && fitting.length < enough; judged++) {
    const index = (start + judged) % nodes.length;
    const node = nodes[index];
    if (node === undefined) break;
    let misfit: Misfit | undefined;
    for (const { filter, judge } of judges) {
      misfit = judge(node, index);
      if (misfit === undefined) continue;
      rejecting.add(filter);
      misfits.set(node.name, misfit);
      break;
    }
    if (misfit === undefined) fitting.push(index);
  }
  const chosen = fitting.length > 1 ? best(pod, fitting, cluster, rules) : fitting[0];
  const node = chosen === undefined ? undefined : nodes[chosen];
  if (node !== undefined) return { node, judged };
  return { node, diagnosis: { nodes: nodes.length, misfits }, wakesOn: wakesOnOf(rejecting) };
}

/** kube-scheduler's numFeasibleNodesToFind: all of few, a falling share of many, never under 5 %. */
function enoughOf(nodes: number): number {
  if (nodes < JUDGE_ALL_BELOW) return nodes;
  const percent = Math.max(5, 50 - Math.trunc(nodes / 125));
  return Math.max(JUDGE_ALL_BELOW, Math.trunc((nodes * percent) / 100));
}

const EVERY_CHANGE: readonly ClusterChange[] = [
  'node-added',
  'node-changed',
  'pod-added',
  'pod-removed',
  'volume-changed',
];

/** Without nodes nobody rejected, and any node will do. */
const wakesOnOf = (rejecting: ReadonlySet<SchedulerFilter>): ReadonlySet<ClusterChange> =>
  new Set(['node-added' as const, ...[...rejecting].flatMap(({ wakesOn }) => wakesOn ?? EVERY_CHANGE)]);

function best(
  pod: Pod,
  fitting: readonly number[],
  cluster: ClusterView,
  { scores, fraction }: DecisionRules,
): number | undefined {
  const { nodes } = cluster;
  const totals = new Float64Array(fitting.length);
  for (const score of scores) {
    const judge = score.prepare(pod, cluster);
    if (judge === undefined) continue;
    const { weight, scale } = score;
    const amounts = scale === undefined ? totals : new Float64Array(fitting.length);
    const factor = scale === undefined ? weight : 1;
    for (let index = 0; index < fitting.length; index++) {
      const place = at(fitting, index);
      amounts[index] = amount(amounts, index) + judge(at(nodes, place), place) * factor;
    }
    if (scale !== undefined) addScaled(totals, amounts, scale, weight);
  }
  return fitting[anyHighest(totals, fraction)];
}

// Plain loops: this runs once a node, score and pod.
const at = <T>(list: readonly T[], index: number): T => must(list[index], 'the index is within the list');
const amount = (list: Float64Array, index: number): number => list[index] ?? 0;

/** Adds raw amounts brought to 0..100, as kube-scheduler's DefaultNormalizeScore. */
function addScaled(totals: Float64Array, raw: Float64Array, direction: SchedulerScore['scale'], weight: number): void {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < raw.length; index++) {
    least = Math.min(least, amount(raw, index));
    most = Math.max(most, amount(raw, index));
  }
  const from = direction === 'range' ? least : 0;
  const span = most - from;
  for (let index = 0; index < raw.length; index++) {
    const share = span <= 0 ? 0 : Math.trunc(((amount(raw, index) - from) * 100) / span);
    totals[index] = amount(totals, index) + (direction === 'less' ? 100 - share : share) * weight;
  }
}

/** Each of the highest is as likely as the others. */
function anyHighest(totals: Float64Array, fraction: () => number): number {
  let highest = Number.NEGATIVE_INFINITY;
  let equals = 0;
  for (let index = 0; index < totals.length; index++) {
    const total = amount(totals, index);
    if (total > highest) {
      highest = total;
      equals = 1;
    } else if (total === highest) equals += 1;
  }
  let left = equals === 1 ? 1 : equals - Math.floor(fraction() * equals);
  for (let index = 0; index < totals.length; index++) {
    if (amount(totals, index) === highest) left -= 1;
    if (left === 0) return index;
  }
  return 0;
}
