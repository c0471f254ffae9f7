import type { Pod } from '../../kinds/core/v1/pod.ts';
import { REPLICA_BURST } from '../limits.ts';
import { isActive } from '../pod-facts.ts';
import { podsToDelete } from './pods-to-delete.ts';

/** What one pass should do. */
export interface ReplicaPlan {
  readonly create: number;
  readonly remove: readonly Pod[];
}

/** `related` are the pods of all sets of the same deployment; they decide which pods go first. */
export function planReplicas(
  replicas: number,
  pods: readonly Pod[],
  related: readonly Pod[],
  nowMs: number,
): ReplicaPlan {
  const active = pods.filter(isActive);
  const missing = replicas - active.length;
  if (missing >= 0) return { create: Math.min(missing, REPLICA_BURST), remove: [] };
  return { create: 0, remove: podsToDelete(active, related, Math.min(-missing, REPLICA_BURST), nowMs) };
}
