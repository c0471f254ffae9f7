import { labelMatcher } from '../../src/api/label-selector.ts';
import { isChosenBy } from '../kinds/core/v1/node-selection.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import { findUntolerated } from '../kinds/core/v1/tolerates.ts';
import type { TopologySpreadConstraint } from '../kinds/core/v1/topology-spread-constraint.ts';
import type { NodeView } from './contract.ts';

export interface SpreadMatcher {
  /** Whether a pod is one of those that the constraint counts. */
  counts(this: void, other: Pod): boolean;
  /** Whether the pod whose constraint it is will be. */
  readonly meansItself: boolean;
}

/**
 * The pods a constraint of `pod` counts: of its namespace, not on their way out, alike in `matchLabelKeys`. As
 * upstream, a selector of everything counts nobody but the pod itself.
 */
export function spreadMatcher(
  { labelSelector, matchLabelKeys = [] }: TopologySpreadConstraint,
  pod: Pod,
): SpreadMatcher {
  const labels = labelMatcher(labelSelector);
  const own = pod.metadata.labels ?? {};
  const alike = matchLabelKeys.filter(key => key in own);
  const isVoid = labels.everything && alike.length === 0;
  return {
    counts: ({ metadata }) =>
      !isVoid &&
      metadata.namespace === pod.metadata.namespace &&
      metadata.deletionTimestamp === undefined &&
      labels.matches(metadata.labels) &&
      alike.every(key => metadata.labels?.[key] === own[key]),
    meansItself: labels.matches(own),
  };
}

export function countOf(pods: Iterable<Pod>, { counts }: SpreadMatcher): number {
  let count = 0;
  for (const pod of pods) if (counts(pod)) count += 1;
  return count;
}

/** Nodes the pod could not run on anyway do not count, as far as the constraint says so. */
export function isEligible(
  { nodeAffinityPolicy = 'Honor', nodeTaintsPolicy = 'Ignore' }: TopologySpreadConstraint,
  pod: Pod,
  node: NodeView,
): boolean {
  if (nodeAffinityPolicy === 'Honor' && !isChosenBy(pod.spec, node)) return false;
  if (nodeTaintsPolicy !== 'Honor') return true;
  const taints = node.node.spec.taints ?? [];
  return findUntolerated(taints, pod.spec.tolerations ?? [], ['NoSchedule', 'NoExecute']) === undefined;
}
