import type { Pod } from '../../kinds/core/v1/pod.ts';
import { findUntolerated } from '../../kinds/core/v1/tolerates.ts';
import type { TopologySpreadConstraint } from '../../kinds/core/v1/topology-spread-constraint.ts';
import type { ClusterView, NodeView, SchedulerFilter } from '../contract.ts';
import { spreadMatcher } from '../spread-matcher.ts';
import { isChosenBy } from '../../kinds/core/v1/node-selection.ts';

/** Keeps the pods that a constraint selects even over its domains, to within `maxSkew`. */
export const podTopologySpread: SchedulerFilter = {
  name: 'PodTopologySpread',
  order: 70,
  prepare(pod, cluster) {
    const constraints = (pod.spec.topologySpreadConstraints ?? []).filter(
      ({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule',
    );
    if (constraints.length === 0) return undefined;
    const rules = constraints.map(constraint => ruleOf(constraint, pod, constraints, cluster));
    return ({ labels }) => {
      for (const { key, allows } of rules) {
        const domain = labels[key];
        if (domain === undefined) return { reasons: [`${UNEVEN} (missing required label)`], isFinal: true };
        if (!allows(domain)) return UNEVEN;
      }
      return undefined;
    };
  },
};

const UNEVEN = "node(s) didn't match pod topology spread constraints";

function ruleOf(
  constraint: TopologySpreadConstraint,
  pod: Pod,
  all: readonly TopologySpreadConstraint[],
  cluster: ClusterView,
): { readonly key: string; allows(this: void, domain: string): boolean } {
  const { topologyKey: key, maxSkew, minDomains = 1 } = constraint;
  const selects = spreadMatcher(constraint, pod);
  const counts = new Map<string, number>();
  for (const node of cluster.nodes) {
    const domain = node.labels[key];
    const isEligible = all.every(({ topologyKey }) => topologyKey in node.labels) && takesPart(constraint, pod, node);
    if (domain === undefined || !isEligible) continue;
    counts.set(domain, (counts.get(domain) ?? 0) + node.pods.filter(selects).length);
  }
  const least = counts.size < minDomains ? 0 : Math.min(...counts.values());
  const own = selects(pod) ? 1 : 0;
  return { key, allows: domain => (counts.get(domain) ?? 0) + own - (Number.isFinite(least) ? least : 0) <= maxSkew };
}

/** Nodes the pod could not run on anyway do not count, as far as the constraint says so. */
function takesPart(
  { nodeAffinityPolicy = 'Honor', nodeTaintsPolicy = 'Ignore' }: TopologySpreadConstraint,
  pod: Pod,
  node: NodeView,
): boolean {
  if (nodeAffinityPolicy === 'Honor' && !isChosenBy(pod.spec, node)) return false;
  if (nodeTaintsPolicy !== 'Honor') return true;
  const taints = node.node.spec.taints ?? [];
  return findUntolerated(taints, pod.spec.tolerations ?? [], ['NoSchedule', 'NoExecute']) === undefined;
}
