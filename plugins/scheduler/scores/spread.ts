import { must } from '../../../src/base/must.ts';
import { controllerOf } from '../../../src/sdk/controller-reference.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { TopologySpreadConstraint } from '../../kinds/core/v1/topology-spread-constraint.ts';
import type { ClusterView, NodeView, SchedulerScore } from '../contract.ts';
import { countOf, eligibility, spreadMatcher } from '../spread-matcher.ts';

const HOSTNAME = 'kubernetes.io/hostname';
const ZONE = 'topology.kubernetes.io/zone';

/**
 * Prefers domains with few of the pods that soft constraints select. A pod without constraints is spread from
 * its siblings of one controller, over nodes and zones, as kube-scheduler's system defaults do.
 */
export const spreadPreference: SchedulerScore = {
  name: 'PodTopologySpread',
  weight: 2,
  scale: 'spread',
  prepare(pod, cluster, fitting) {
    const given = pod.spec.topologySpreadConstraints ?? [];
    if (given.length === 0) return siblingCrowd(pod, cluster, fitting);
    const soft = given.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'ScheduleAnyway');
    return soft.length === 0 ? undefined : softCrowd(pod, soft, cluster, fitting);
  },
};

type Crowd = (node: NodeView) => number;

/** A node outside of a domain of any constraint gets nothing. */
function softCrowd(
  pod: Pod,
  constraints: readonly TopologySpreadConstraint[],
  cluster: ClusterView,
  fitting: readonly number[],
): Crowd {
  const keys = constraints.map(({ topologyKey }) => topologyKey);
  const isWithin = ({ labels }: NodeView): boolean => {
    for (const key of keys) if (labels[key] === undefined) return false;
    return true;
  };
  const within = fitting.map(place => nodeAt(cluster, place)).filter(isWithin);
  const crowds = constraints.map(constraint => crowdOf(constraint, pod, { cluster, within, isWithin }));
  return node => {
    if (!isWithin(node)) return Number.NaN;
    let sum = 0;
    for (const crowd of crowds) sum += crowd(node);
    return Math.round(sum);
  };
}

interface Field {
  readonly cluster: ClusterView;
  readonly within: readonly NodeView[];
  isWithin(this: void, node: NodeView): boolean;
}

function crowdOf(constraint: TopologySpreadConstraint, pod: Pod, { cluster, within, isWithin }: Field): Crowd {
  const { topologyKey: key, maxSkew } = constraint;
  const matcher = spreadMatcher(constraint, pod);
  const slack = maxSkew - 1;
  if (key === HOSTNAME) {
    const weight = weightOf(within.length);
    return ({ pods }) => countOf(pods, matcher) * weight + slack;
  }
  const counts = new Map<string, number>(within.map(({ labels }) => [labels[key] ?? '', 0]));
  const weight = weightOf(counts.size);
  const isEligible = eligibility(constraint, pod);
  for (const node of cluster.nodes) {
    const domain = node.labels[key];
    if (domain === undefined || !isWithin(node) || isEligible?.(node) === false) continue;
    const count = countOf(node.pods, matcher);
    if (count === 0) continue;
    const known = counts.get(domain);
    if (known !== undefined) counts.set(domain, known + count);
  }
  return ({ labels }) => (counts.get(labels[key] ?? '') ?? 0) * weight + slack;
}

const HOST_SLACK = 2;
const ZONE_SLACK = 4;

function siblingCrowd(pod: Pod, cluster: ClusterView, fitting: readonly number[]): Crowd | undefined {
  const siblings = cluster.controlledBy(controllerOf(pod)?.uid ?? '');
  if (siblings.size === 0) return undefined;
  const zones = new Set<string>();
  for (const place of fitting) zones.add(nodeAt(cluster, place).labels[ZONE] ?? '');
  const byZone = new Map<string, number>();
  for (const [name, count] of siblings) {
    const zone = cluster.nodes[cluster.indexOf(name) ?? -1]?.labels[ZONE];
    if (zone !== undefined) byZone.set(zone, (byZone.get(zone) ?? 0) + count);
  }
  const hostWeight = weightOf(fitting.length);
  const zoneWeight = weightOf(zones.size);
  return ({ name, labels }) => {
    const zone = labels[ZONE];
    const ofHost = HOSTNAME in labels ? (siblings.get(name) ?? 0) * hostWeight + HOST_SLACK : 0;
    const ofZone = zone === undefined ? 0 : (byZone.get(zone) ?? 0) * zoneWeight + ZONE_SLACK;
    return Math.round(ofHost + ofZone);
  };
}

/** Domains that are many hold few pods each: a pod counts more there. */
const weightOf = (domains: number): number => Math.log(domains + 2);

const nodeAt = ({ nodes }: ClusterView, place: number): NodeView =>
  must(nodes[place], 'places are of nodes that are listed');
