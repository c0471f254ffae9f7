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

export function countOf(pods: readonly Pod[], { counts }: SpreadMatcher): number {
  let count = 0;
  for (const pod of pods) if (counts(pod)) count += 1;
  return count;
}

/** Nodes the pod could not run on anyway do not count, as far as the constraint says so; `undefined` where all do. */
export function eligibility(
  { nodeAffinityPolicy = 'Honor', nodeTaintsPolicy = 'Ignore' }: TopologySpreadConstraint,
  { spec }: Pod,
): ((node: NodeView) => boolean) | undefined {
  const isChoosy =
    Object.keys(spec.nodeSelector ?? {}).length > 0 ||
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution !== undefined;
  const mustChoose = isChoosy && nodeAffinityPolicy === 'Honor';
  const mustTolerate = nodeTaintsPolicy === 'Honor';
  if (!mustChoose && !mustTolerate) return undefined;
  const tolerations = spec.tolerations ?? [];
  return node =>
    (!mustChoose || isChosenBy(spec, node)) &&
    (!mustTolerate ||
      findUntolerated(node.node.spec.taints ?? [], tolerations, ['NoSchedule', 'NoExecute']) === undefined);
}
