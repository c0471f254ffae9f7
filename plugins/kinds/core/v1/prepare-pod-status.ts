import type { PodObject } from './pod-object.ts';
import type { PodCondition } from './pod-status.ts';

/**
 * What a write of a pod's status leaves out and nobody may take away: the class of the pod, which generation was seen.
 * Its owners stay as they are, since old nodes know less of them.
 */
export function preparePodStatus<P extends PodObject>(pod: P, old: P): P {
  const { qosClass = old.status.qosClass, observedGeneration = old.status.observedGeneration } = pod.status;
  const { conditions } = pod.status;
  const { ownerReferences: _owners, ...metadata } = pod.metadata;
  const { ownerReferences } = old.metadata;
  return {
    ...pod,
    metadata: { ...metadata, ...(ownerReferences === undefined ? {} : { ownerReferences }) },
    status: {
      ...pod.status,
      ...(qosClass === undefined ? {} : { qosClass }),
      ...(observedGeneration === undefined ? {} : { observedGeneration }),
      ...(conditions === undefined ? {} : { conditions: withGenerations(conditions, old.status.conditions ?? []) }),
    },
  };
}

function withGenerations(
  conditions: readonly PodCondition[],
  before: readonly PodCondition[],
): readonly PodCondition[] {
  const known = new Map(before.map(({ type, observedGeneration }) => [type, observedGeneration]));
  return conditions.map(condition => {
    const observedGeneration = condition.observedGeneration ?? known.get(condition.type);
    return observedGeneration === undefined ? condition : { ...condition, observedGeneration };
  });
}
