import { controllerOf } from '../../../src/sdk/owner.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { ClusterView, NodeView, SchedulerScore } from '../contract.ts';
import { spreadMatcher } from '../spread-matcher.ts';

const HOSTNAME = 'kubernetes.io/hostname';
const ZONE = 'topology.kubernetes.io/zone';

/**
 * Prefers domains with few of the pods that soft constraints select. A pod without constraints is spread from
 * its siblings of one controller, over nodes and zones, as kube-scheduler's system defaults do.
 */
export const spreadPreference: SchedulerScore = {
  name: 'PodTopologySpread',
  weight: 2,
  scale: 'less',
  prepare(pod, cluster) {
    const wishes = wishesOf(pod, cluster);
    if (wishes.length === 0) return undefined;
    return ({ labels }) => {
      let crowd = 0;
      for (const { key, counts, weight, slack } of wishes) {
        const domain = labels[key];
        if (domain !== undefined) crowd += (counts.get(domain) ?? 0) * weight + slack;
      }
      return crowd;
    };
  },
};

interface Wish {
  readonly key: string;
  readonly counts: ReadonlyMap<string, number>;
  /** Domains that are many hold few pods each: a pod counts more there. */
  readonly weight: number;
  readonly slack: number;
}

function wishesOf(pod: Pod, cluster: ClusterView): readonly Wish[] {
  const given = pod.spec.topologySpreadConstraints ?? [];
  if (given.length === 0) return siblingWishes(pod, cluster);
  return given
    .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'ScheduleAnyway')
    .map(constraint => {
      const selects = spreadMatcher(constraint, pod);
      const counts = countBy(constraint.topologyKey, cluster.nodes, node => countOf(node.pods, selects));
      return wish(constraint.topologyKey, counts, constraint.maxSkew - 1);
    });
}

function siblingWishes(pod: Pod, cluster: ClusterView): readonly Wish[] {
  const siblings = cluster.controlledBy(controllerOf(pod)?.uid ?? '');
  if (siblings.size === 0) return [];
  const nodes = cluster.nodes.filter(({ name }) => siblings.has(name));
  return [HOSTNAME, ZONE].map((key, index) =>
    wish(
      key,
      countBy(key, nodes, ({ name }) => siblings.get(name) ?? 0),
      index === 0 ? 2 : 4,
    ),
  );
}

const countOf = (pods: readonly Pod[], selects: (pod: Pod) => boolean): number => {
  let count = 0;
  for (const pod of pods) if (selects(pod)) count += 1;
  return count;
};

const wish = (key: string, counts: ReadonlyMap<string, number>, slack: number): Wish => ({
  key,
  counts,
  weight: Math.log(counts.size + 2),
  slack,
});

function countBy(
  key: string,
  nodes: readonly NodeView[],
  count: (node: NodeView) => number,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const node of nodes) {
    const domain = node.labels[key];
    if (domain !== undefined) counts.set(domain, (counts.get(domain) ?? 0) + count(node));
  }
  return counts;
}
