import type { Deployment } from '../../kinds/apps/v1/deployment.ts';
import type { ReplicaSet } from '../../kinds/apps/v1/replica-set.ts';
import type { Resize } from './plan-scale.ts';
import { byAge } from './revision.ts';
import { activeSets, availablePods, desiredPods, maxUnavailable, newSetSize } from './rollout-size.ts';

/** The next step of a rolling update: first the new set grows; when it cannot, the old ones shrink. */
export function planRolling(
  deployment: Deployment,
  newSet: ReplicaSet,
  oldSets: readonly ReplicaSet[],
): readonly Resize[] {
  const { replicas } = deployment.spec;
  const current = newSet.spec.replicas;
  const grown = current > replicas ? replicas : newSetSize(deployment, oldSets, current);
  if (grown !== current) return [{ set: newSet, replicas: grown }];
  return shrinkOld(deployment, newSet, activeSets(oldSets));
}

function shrinkOld(deployment: Deployment, newSet: ReplicaSet, oldSets: readonly ReplicaSet[]): readonly Resize[] {
  if (desiredPods(oldSets) === 0) return [];
  const minAvailable = deployment.spec.replicas - maxUnavailable(deployment);
  const newUnavailable = newSet.spec.replicas - (newSet.status.availableReplicas ?? 0);
  const most = desiredPods([...oldSets, newSet]) - minAvailable - newUnavailable;
  if (most <= 0) return [];
  const ordered = oldSets.toSorted(byAge);
  const unhealthyGone = dropUnhealthy(ordered, most);
  const spare = availablePods([...oldSets, newSet]) - minAvailable;
  const sizes = dropAvailable(unhealthyGone, spare);
  return sizes.filter(({ set, replicas }) => replicas !== set.spec.replicas);
}

/** Pods that serve nobody go first, whatever is available: they hold nothing up. */
function dropUnhealthy(sets: readonly ReplicaSet[], most: number): readonly Resize[] {
  let left = most;
  return sets.map(set => {
    const unhealthy = Math.max(0, set.spec.replicas - (set.status.availableReplicas ?? 0));
    const dropped = Math.min(left, unhealthy);
    left -= dropped;
    return { set, replicas: set.spec.replicas - dropped };
  });
}

function dropAvailable(sizes: readonly Resize[], spare: number): readonly Resize[] {
  let left = Math.max(0, spare);
  return sizes.map(({ set, replicas }) => {
    const dropped = Math.min(left, replicas);
    left -= dropped;
    return { set, replicas: replicas - dropped };
  });
}
