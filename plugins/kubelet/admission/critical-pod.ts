import { isStaticPod } from '../../kinds/core/v1/static-pod.ts';
import type { Pod } from '../pod.ts';

/** kube-scheduler's SystemCriticalPriority. */
const CRITICAL = 2_000_000_000;

/** No pressure ends it, and others make room for it. */
export const isCritical = (pod: Pod): boolean => isStaticPod(pod) || (pod.spec.priority ?? 0) >= CRITICAL;

/** Whether `other` may be ended so that `pod` can run. */
export const isPreemptable = (pod: Pod, other: Pod): boolean =>
  (isCritical(pod) && !isCritical(other)) ||
  (pod.spec.priority !== undefined && other.spec.priority !== undefined && pod.spec.priority > other.spec.priority);
