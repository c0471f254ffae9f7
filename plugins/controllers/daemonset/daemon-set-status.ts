import type { DaemonSet } from '../../kinds/apps/v1/daemon-set.ts';
import type { DaemonSetStatus } from '../../kinds/apps/v1/daemon-set-spec.ts';
import { isAvailable, isReady } from '../pod-facts.ts';
import type { DaemonNode } from './daemon-nodes.ts';
import type { DaemonRules } from './plan-daemon-pods.ts';

/** Each node counts by the pod that counts there; what Go leaves out when zero is left out. */
export function daemonSetStatus(
  { metadata, status }: DaemonSet,
  nodes: readonly DaemonNode[],
  { isUpdated, minReadySeconds, nowMs }: Pick<DaemonRules, 'isUpdated' | 'minReadySeconds' | 'nowMs'>,
): DaemonSetStatus {
  const desired = nodes.filter(({ shouldRun }) => shouldRun);
  const pods = desired.flatMap(({ pods: [first] }) => first ?? []);
  const available = pods.filter(pod => isAvailable(pod, minReadySeconds, nowMs)).length;
  const { collisionCount, conditions } = status;
  const omitted = {
    observedGeneration: metadata.generation ?? 0,
    updatedNumberScheduled: pods.filter(isUpdated).length,
    numberAvailable: available,
    numberUnavailable: desired.length - available,
  };
  return {
    currentNumberScheduled: pods.length,
    numberMisscheduled: nodes.filter(node => !node.shouldRun && node.pods.length > 0).length,
    desiredNumberScheduled: desired.length,
    numberReady: pods.filter(isReady).length,
    ...Object.fromEntries(Object.entries(omitted).filter(([, count]) => count !== 0)),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    ...(conditions === undefined ? {} : { conditions }),
  };
}
