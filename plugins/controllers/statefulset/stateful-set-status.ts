import type { StatefulSet } from '../../kinds/apps/v1/stateful-set.ts';
import type { StatefulSetStatus } from '../../kinds/apps/v1/stateful-set-spec.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import { isAvailable, isReady, isTerminating } from '../pod-facts.ts';
import type { Revisions } from './plan-stateful-set.ts';
import { revisionOf } from './stateful-identity.ts';

/** Once all pods are of the new revision and ready, it is the current one. */
export function statefulSetStatus(
  { metadata, spec, status }: StatefulSet,
  pods: readonly Pod[],
  { current, update }: Revisions,
  nowMs: number,
): StatefulSetStatus {
  const ready = pods.filter(pod => pod.status.phase === 'Running' && isReady(pod));
  const available = ready.filter(pod => isAvailable(pod, spec.minReadySeconds ?? 0, nowMs)).length;
  const staying = pods.filter(pod => !isTerminating(pod));
  const updated = staying.filter(pod => revisionOf(pod) === update).length;
  const isComplete =
    spec.updateStrategy.type !== 'OnDelete' &&
    [updated, ready.length, pods.length].every(count => count === spec.replicas);
  const counts = {
    observedGeneration: metadata.generation ?? 0,
    readyReplicas: ready.length,
    currentReplicas: isComplete ? updated : staying.filter(pod => revisionOf(pod) === current).length,
    updatedReplicas: updated,
  };
  return {
    replicas: pods.length,
    availableReplicas: available,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)),
    currentRevision: isComplete ? update : current,
    updateRevision: update,
    collisionCount: status.collisionCount ?? 0,
    ...(status.conditions === undefined ? {} : { conditions: status.conditions }),
  };
}
