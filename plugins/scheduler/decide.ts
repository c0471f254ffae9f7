import { must } from '../../src/base/must.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { ClusterChange, ClusterView, Misfit, NodeView, SchedulerFilter, SchedulerScore } from './contract.ts';
import type { Diagnosis } from './fit-error.ts';
import { JUDGE_ALL_BELOW } from './limits.ts';
import { nodeJudge, type NodeJudge } from './node-judge.ts';

export type Decision = { readonly node: NodeView; readonly judged: number } | NoDecision;

export interface NoDecision {
  readonly node: undefined;
  readonly diagnosis: Diagnosis;
  readonly wakesOn: ReadonlySet<ClusterChange>;
  /** What judged the nodes; good while the cluster stands still. */
  readonly judge: NodeJudge;
}

export interface DecisionRules {
  /** In the order they run. */
  readonly filters: readonly SchedulerFilter[];
  readonly scores: readonly SchedulerScore[];
  /** In [0, 1), to choose among equals. */
  fraction(this: void): number;
  /** Told what each step took. */
  readonly steps?: DecisionSteps;
}

export interface DecisionSteps {
  nowMs(this: void): number;
  passed(this: void, point: 'Filter' | 'Score', status: 'Success' | 'Unschedulable', ms: number): void;
}

/**
 * The best node for a pod; the one that others have made room on for it, while it fits there. With many nodes judging
 * stops once enough fit; `start` is the first node judged, so that all get their turn.
 */
export function decide(pod: Pod, cluster: ClusterView, rules: DecisionRules, start = 0): Decision {
  const { nodes } = cluster;
  for (const filter of rules.filters) {
    const rejection = filter.rejects?.(pod);
    if (rejection === undefined) continue;
    const diagnosis = { nodes: nodes.length, misfits: new Map<string, Misfit>(), rejection };
    return { node: undefined, diagnosis, wakesOn: wakesOnOf(new Set([filter])), judge: () => undefined };
  }
  const judge = nodeJudge(pod, cluster, rules.filters);
  const nominated = cluster.indexOf(pod.status.nominatedNodeName ?? '');
  if (nominated !== undefined && judge(at(nodes, nominated), nominated) === undefined)
    return { node: at(nodes, nominated), judged: 1 };
  const reach = reachOf(pod, cluster, rules.filters, start);
  const { steps } = rules;
  const beganMs = steps?.nowMs() ?? 0;
  const { fitting, misfits, rejecting, judged } = search(judge, reach, cluster);
  const judgedMs = steps?.nowMs() ?? 0;
  steps?.passed('Filter', fitting.length > 0 ? 'Success' : 'Unschedulable', judgedMs - beganMs);
  const chosen = fitting.length > 1 ? best(pod, fitting, cluster, rules) : fitting[0];
  if (fitting.length > 1) steps?.passed('Score', 'Success', steps.nowMs() - judgedMs);
  if (chosen !== undefined) return { node: at(nodes, chosen), judged };
  const { elsewhere } = reach;
  const diagnosis = { nodes: nodes.length, misfits, ...(elsewhere === undefined ? {} : { elsewhere }) };
  return { node: undefined, diagnosis, wakesOn: wakesOnOf(new Set([...reach.narrowing, ...rejecting])), judge };
}

/** Which nodes are looked at: `count` of them, the nth at `place(n)`. */
interface Reach {
  readonly count: number;
  place(this: void, nth: number): number;
  readonly narrowing: readonly SchedulerFilter[];
  /** Why the others are not. */
  readonly elsewhere?: Misfit;
}

function reachOf(pod: Pod, cluster: ClusterView, filters: readonly SchedulerFilter[], start: number): Reach {
  const { length } = cluster.nodes;
  let names: ReadonlySet<string> | undefined;
  const narrowing: SchedulerFilter[] = [];
  for (const filter of filters) {
    const only = filter.only?.(pod);
    if (only === undefined) continue;
    narrowing.push(filter);
    names = names?.intersection(only) ?? only;
  }
  if (names === undefined) return { count: length, place: nth => (start + nth) % length, narrowing };
  const places = [...names].flatMap(name => cluster.indexOf(name) ?? []);
  const plugins = narrowing.map(({ name }) => name).toSorted();
  return {
    count: places.length,
    place: nth => at(places, nth),
    narrowing,
    elsewhere: { reasons: [`node(s) didn't satisfy plugin(s) [${plugins.join(' ')}]`], isFinal: true },
  };
}

function search(judge: NodeJudge, { count, place }: Reach, { nodes }: ClusterView) {
  const enough = enoughOf(count);
  /** By their places. */
  const fitting: number[] = [];
  const misfits = new Map<string, Misfit>();
  const rejecting = new Set<SchedulerFilter>();
  let judged = 0;
  for (; judged < count && fitting.length < enough; judged++) {
    const index = place(judged);
    const node = at(nodes, index);
    const verdict = judge(node, index);
    if (verdict === undefined) fitting.push(index);
    else {
      rejecting.add(verdict.filter);
      misfits.set(node.name, verdict.misfit);
    }
  }
  return { fitting, misfits, rejecting, judged };
}

/** kube-scheduler's numFeasibleNodesToFind: all of few, a falling share of many, never under 5 %. */
function enoughOf(nodes: number): number {
  if (nodes < JUDGE_ALL_BELOW) return nodes;
  const percent = Math.max(5, 50 - Math.trunc(nodes / 125));
  return Math.max(JUDGE_ALL_BELOW, Math.trunc((nodes * percent) / 100));
}

export const EVERY_CHANGE: readonly ClusterChange[] = [
  'node-added',
  'node-changed',
  'node-removed',
  'pod-added',
  'pod-changed',
  'pod-resized',
  'pod-leaving',
  'pod-removed',
  'volume-changed',
  'device-claim-changed',
  'device-class-changed',
  'devices-changed',
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
    const judge = score.prepare(pod, cluster, fitting);
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

/** Adds raw amounts brought to 0..100, as kube-scheduler's plugins normalize theirs. */
function addScaled(totals: Float64Array, raw: Float64Array, scale: SchedulerScore['scale'], weight: number): void {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < raw.length; index++) {
    const each = amount(raw, index);
    if (each < least) least = each;
    if (each > most) most = each;
  }
  const from = scale === 'range' ? least : 0;
  const span = most - from;
  for (let index = 0; index < raw.length; index++) {
    const each = amount(raw, index);
    if (Number.isNaN(each)) continue;
    const value = scale === 'spread' ? most + least - each : each - from;
    const share = span <= 0 ? (scale === 'spread' ? 100 : 0) : Math.trunc((value * 100) / span);
    totals[index] = amount(totals, index) + (scale === 'less' ? 100 - share : share) * weight;
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
