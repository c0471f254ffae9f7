import type { Pod } from '../kinds/core/v1/pod.ts';
import type { ClusterView, Misfit, NodeView, SchedulerFilter, Supposed } from './contract.ts';
import { priorityOf } from './pod-importance.ts';
import { SupposedNode } from './supposed-node.ts';

export interface Verdict {
  readonly misfit: Misfit;
  readonly filter: SchedulerFilter;
}

/** What all filters together say: the first objection. */
export type NodeJudge = (node: NodeView, index: number, supposed?: Supposed) => Verdict | undefined;

/**
 * A node fits when the pod fits beside what is there, and beside what others of its importance are being given room
 * for there as well.
 */
export function nodeJudge(pod: Pod, cluster: ClusterView, filters: readonly SchedulerFilter[]): NodeJudge {
  const judge = plainJudge(pod, cluster, filters);
  if (cluster.nominated.size === 0) return judge;
  return (node, index, supposed) => {
    const expected = [...(cluster.nominated.get(node.name) ?? [])].filter(
      other => other.metadata.uid !== pod.metadata.uid && priorityOf(other) >= priorityOf(pod),
    );
    if (expected.length > 0) {
      const crowded = new SupposedNode(node, { without: NOBODY, added: new Set(expected) });
      const { without = NOBODY, added = NOBODY } = supposed ?? {};
      const verdict = judge(crowded, index, { without, added: added.union(crowded.added) });
      if (verdict !== undefined) return verdict;
    }
    return judge(node, index, supposed);
  };
}

const NOBODY: ReadonlySet<Pod> = new Set();

function plainJudge(pod: Pod, cluster: ClusterView, filters: readonly SchedulerFilter[]): NodeJudge {
  const judges = filters.flatMap(filter => {
    const judge = filter.prepare(pod, cluster);
    return judge === undefined ? [] : [{ filter, judge }];
  });
  const [only] = judges;
  // Most pods are judged by one filter only, by very many nodes.
  if (only !== undefined && judges.length === 1) {
    const { filter, judge } = only;
    return (node, index, supposed) => {
      const misfit = judge(node, index, supposed);
      return misfit === undefined ? undefined : { misfit, filter };
    };
  }
  return (node, index, supposed) => {
    for (const { filter, judge } of judges) {
      const misfit = judge(node, index, supposed);
      if (misfit !== undefined) return { misfit, filter };
    }
    return undefined;
  };
}
