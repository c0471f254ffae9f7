import { timeMs } from '../../src/base/timestamp.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';

export const isTerminating = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined;

export const isFinished = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

export const isActive = (pod: Pod): boolean => !isFinished(pod) && !isTerminating(pod);

const readyCondition = (pod: Pod) => pod.status?.conditions?.find(condition => condition.type === 'Ready');

export const isReady = (pod: Pod): boolean => readyCondition(pod)?.status === 'True';

/** Since when it is ready; `undefined` when it is not or did not say. */
export const readySinceMs = (pod: Pod): number | undefined =>
  isReady(pod) ? timeMs(readyCondition(pod)?.lastTransitionTime) : undefined;

/** When it last turned ready, or ceased to be. */
export const turnedReadyOrNotAtMs = (pod: Pod): number | undefined => timeMs(readyCondition(pod)?.lastTransitionTime);

/** Ready for at least `minReadySeconds`. */
export function isAvailable(pod: Pod, minReadySeconds: number, nowMs: number): boolean {
  if (!isReady(pod)) return false;
  if (minReadySeconds === 0) return true;
  const since = readySinceMs(pod);
  return since !== undefined && since + minReadySeconds * 1000 <= nowMs;
}

/** When the next of `pods` turns from ready to available, in milliseconds from now. */
export function nextAvailableInMs(pods: readonly Pod[], minReadySeconds: number, nowMs: number): number | undefined {
  if (minReadySeconds === 0) return undefined;
  const waits = pods.flatMap(pod => {
    const since = readySinceMs(pod);
    const left = since === undefined ? 0 : since + minReadySeconds * 1000 - nowMs;
    return left > 0 ? [left] : [];
  });
  return waits.length === 0 ? undefined : Math.min(...waits);
}
