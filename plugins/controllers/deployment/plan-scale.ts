import type { Deployment } from '../../kinds/apps/v1/deployment.ts';
import type { ReplicaSet } from '../../kinds/apps/v1/replica-set.ts';
import { byAge, DESIRED_REPLICAS, MAX_REPLICAS } from './revision.ts';
import { activeSets, desiredPods, maxSurge } from './rollout-size.ts';

/** A set and the size it should have. */
export interface Resize {
  readonly set: ReplicaSet;
  readonly replicas: number;
}

/** Whether `spec.replicas` changed since the sets were last sized: then only scale, do not roll. */
export const isScaling = (deployment: Deployment, sets: readonly ReplicaSet[]): boolean =>
  activeSets(sets).some(set => {
    const desired = annotated(set, DESIRED_REPLICAS);
    return desired !== undefined && desired !== deployment.spec.replicas;
  });

/** Sizes for a changed `spec.replicas`, in the middle of a rollout shared in proportion to what each set has. */
export function planScale(
  deployment: Deployment,
  newSet: ReplicaSet | undefined,
  oldSets: readonly ReplicaSet[],
): readonly Resize[] {
  const { replicas } = deployment.spec;
  const only = onlyActiveOrLatest(newSet, oldSets);
  if (only !== undefined) return only.spec.replicas === replicas ? [] : [{ set: only, replicas }];
  if (newSet !== undefined && isSaturated(deployment, newSet)) {
    return activeSets(oldSets).map(set => ({ set, replicas: 0 }));
  }
  if (deployment.spec.strategy.type !== 'RollingUpdate') return [];
  return inProportion(deployment, activeSets(newSet === undefined ? oldSets : [...oldSets, newSet]));
}

function onlyActiveOrLatest(newSet: ReplicaSet | undefined, oldSets: readonly ReplicaSet[]): ReplicaSet | undefined {
  const active = activeSets(newSet === undefined ? oldSets : [...oldSets, newSet]);
  if (active.length > 1) return undefined;
  return active[0] ?? newSet ?? oldSets.toSorted(byAge).at(-1);
}

function isSaturated({ spec }: Deployment, set: ReplicaSet): boolean {
  return (
    set.spec.replicas === spec.replicas &&
    annotated(set, DESIRED_REPLICAS) === spec.replicas &&
    (set.status.availableReplicas ?? 0) === spec.replicas
  );
}

function inProportion(deployment: Deployment, sets: readonly ReplicaSet[]): readonly Resize[] {
  const { replicas } = deployment.spec;
  const allowed = replicas > 0 ? replicas + maxSurge(deployment) : 0;
  const toAdd = allowed - desiredPods(sets);
  if (toAdd === 0) return sets.map(set => ({ set, replicas: set.spec.replicas }));
  // Largest first; of equals the newest grows and the oldest shrinks.
  const ordered = sets.toSorted((a, b) => b.spec.replicas - a.spec.replicas || (toAdd > 0 ? byAge(b, a) : byAge(a, b)));
  let added = 0;
  const sizes = ordered.map(set => {
    const share = shareOf(set, deployment, toAdd - added, toAdd);
    added += share;
    return { set, replicas: set.spec.replicas + share };
  });
  return sizes.map((size, index) =>
    index === 0 ? { ...size, replicas: Math.max(0, size.replicas + toAdd - added) } : size,
  );
}

function shareOf(set: ReplicaSet, deployment: Deployment, left: number, toAdd: number): number {
  if (set.spec.replicas === 0 || left === 0) return 0;
  const share = fractionOf(set, deployment);
  return toAdd > 0 ? Math.min(share, left) : Math.max(share, left);
}

function fractionOf(set: ReplicaSet, deployment: Deployment): number {
  const { replicas } = deployment.spec;
  if (replicas === 0) return -set.spec.replicas;
  const before = annotated(set, MAX_REPLICAS) ?? deployment.status.replicas ?? 0;
  if (before === 0) return 0;
  return Math.round((set.spec.replicas * (replicas + maxSurge(deployment))) / before) - set.spec.replicas;
}

function annotated(set: ReplicaSet, annotation: string): number | undefined {
  const text = set.metadata.annotations?.[annotation] ?? '';
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}
