import type { Deployment } from '../../kinds/apps/v1/deployment.ts';
import type { ReplicaSet } from '../../kinds/apps/v1/replica-set.ts';
import { scaledCount } from '../scaled-count.ts';

const isRolling = ({ spec }: Deployment): boolean => spec.strategy.type === 'RollingUpdate';

/** Pods above `spec.replicas` a rolling update may have. */
export const maxSurge = (deployment: Deployment): number => (isRolling(deployment) ? fenceposts(deployment).surge : 0);

/** Pods below `spec.replicas` that may be missing. */
export function maxUnavailable(deployment: Deployment): number {
  if (!isRolling(deployment) || deployment.spec.replicas === 0) return 0;
  return Math.min(fenceposts(deployment).unavailable, deployment.spec.replicas);
}

/** With neither surge nor absence a rollout could never move: one may then be absent. */
function fenceposts({ spec }: Deployment): { readonly surge: number; readonly unavailable: number } {
  const rolling = spec.strategy.rollingUpdate;
  const surge = scaledCount(rolling?.maxSurge, spec.replicas, 'up');
  const unavailable = scaledCount(rolling?.maxUnavailable, spec.replicas, 'down');
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

export const sumOf = (sets: readonly ReplicaSet[], count: (set: ReplicaSet) => number | undefined): number =>
  sets.reduce((sum, set) => sum + (count(set) ?? 0), 0);

export const desiredPods = (sets: readonly ReplicaSet[]): number => sumOf(sets, set => set.spec.replicas);
export const actualPods = (sets: readonly ReplicaSet[]): number => sumOf(sets, set => set.status.replicas);
export const availablePods = (sets: readonly ReplicaSet[]): number => sumOf(sets, set => set.status.availableReplicas);

export const activeSets = (sets: readonly ReplicaSet[]): readonly ReplicaSet[] =>
  sets.filter(set => set.spec.replicas > 0);

/** How large the new set may be now: as large as surge lets it, and never larger than wanted. */
export function newSetSize(deployment: Deployment, others: readonly ReplicaSet[], current: number): number {
  const { replicas } = deployment.spec;
  if (!isRolling(deployment)) return replicas;
  const room = replicas + maxSurge(deployment) - desiredPods(others) - current;
  return room <= 0 ? current : current + Math.min(room, replicas - current);
}
