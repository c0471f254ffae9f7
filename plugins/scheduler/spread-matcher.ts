import { labelMatcher } from '../../src/api/label-selector.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { TopologySpreadConstraint } from '../kinds/core/v1/topology-spread-constraint.ts';

/** The pods a constraint of `pod` counts: of its namespace, not on their way out, alike in `matchLabelKeys`. */
export function spreadMatcher(
  { labelSelector, matchLabelKeys = [] }: TopologySpreadConstraint,
  pod: Pod,
): (other: Pod) => boolean {
  const labels = labelMatcher(labelSelector);
  const own = pod.metadata.labels ?? {};
  const alike = matchLabelKeys.filter(key => key in own);
  return ({ metadata }) =>
    metadata.namespace === pod.metadata.namespace &&
    metadata.deletionTimestamp === undefined &&
    labels.matches(metadata.labels) &&
    alike.every(key => metadata.labels?.[key] === own[key]);
}
