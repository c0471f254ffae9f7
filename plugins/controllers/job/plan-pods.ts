import type { Pod } from '../../kinds/core/v1/pod.ts';
import { REPLICA_BURST } from '../limits.ts';
import { podsToDelete } from '../replicaset/pods-to-delete.ts';
import { firstOutside, mergeIndexes, withIndexes } from './index-intervals.ts';
import { counts, hasFailed, indexOf, isEnding, isIndexed, isSuspended, replacesFailedOnly } from './job-facts.ts';
import { hasSucceeded, indexesOf, type JobView } from './job-view.ts';
import { backoffLeftMs, indexBackoffLeftMs } from './pod-backoff.ts';

/** What one pass does about the pods of a job that goes on: removes some, or makes some, or waits. */
export interface PodPlan {
  readonly remove: readonly Pod[];
  /** One for each pod: its completion index, where it has one. */
  readonly create: readonly (number | undefined)[];
  /** Until a pod may be made that is wanted now. */
  readonly waitMs?: number;
}

const NOTHING: PodPlan = { remove: [], create: [] };

export function planPods(view: JobView, nowMs: number): PodPlan {
  const { job, active, pods } = view;
  if (isSuspended(job)) return { remove: active, create: [] };
  const wanted = wantedPods(view);
  const remove = podsToRemove(view, Math.max(0, active.length - wanted), nowMs).slice(0, REPLICA_BURST);
  if (remove.length > 0) return { remove, create: [] };
  const ending = replacesFailedOnly(job) ? pods.filter(isEnding).length : 0;
  const missing = wanted - ending - active.length;
  if (missing <= 0) return NOTHING;
  return isIndexed(job) && job.spec.backoffLimitPerIndex !== undefined
    ? planByIndex(view, Math.min(missing, REPLICA_BURST), nowMs)
    : planTogether(view, Math.min(missing, REPLICA_BURST), nowMs);
}

function wantedPods({ job, active, succeeded }: JobView): number {
  const { completions, parallelism = 1 } = job.spec;
  if (completions !== undefined) return Math.max(0, Math.min(completions - succeeded, parallelism));
  // One success is enough; who runs already may end.
  return succeeded > 0 ? active.length : parallelism;
}

/** Pods that no index needs go first, and at least `least` pods. */
function podsToRemove({ job, active }: JobView, least: number, nowMs: number): readonly Pod[] {
  if (!isIndexed(job)) return podsToDelete(active, [], least, nowMs);
  const needless = active.filter(pod => !counts(pod, job));
  const byIndex = Map.groupBy(
    active.filter(pod => counts(pod, job)),
    indexOf,
  );
  for (const same of byIndex.values()) needless.push(...podsToDelete(same, [], same.length - 1, nowMs));
  const left = active.filter(pod => !needless.includes(pod));
  return [...needless, ...podsToDelete(left, [], Math.max(0, least - needless.length), nowMs)];
}

function planTogether(view: JobView, count: number, nowMs: number): PodPlan {
  const { job, pods } = view;
  const counted = pods.filter(pod => counts(pod, job));
  const waitMs = backoffLeftMs(
    counted.filter(hasSucceeded),
    counted.filter(pod => hasFailed(pod, job)),
    nowMs,
  );
  if (waitMs > 0) return { ...NOTHING, waitMs };
  const create = isIndexed(job) ? pendingIndexes(view, count) : Array.from({ length: count }, () => undefined);
  return { remove: [], create };
}

/** An index that failed holds up itself alone. */
function planByIndex(view: JobView, count: number, nowMs: number): PodPlan {
  const waits = pendingIndexes(view, count).map(index => ({
    index,
    waitMs: indexBackoffLeftMs(view.lastOfIndex.get(index), nowMs),
  }));
  const create = waits.filter(({ waitMs }) => waitMs === 0).map(({ index }) => index);
  const later = waits.filter(({ waitMs }) => waitMs > 0).map(({ waitMs }) => waitMs);
  return { remove: [], create, ...(later.length === 0 ? {} : { waitMs: Math.min(...later) }) };
}

function pendingIndexes(view: JobView, count: number): readonly number[] {
  const { job, pods, active, succeededIndexes, failedIndexes = [] } = view;
  const ending = replacesFailedOnly(job) ? pods.filter(isEnding) : [];
  const taken = mergeIndexes(withIndexes(succeededIndexes, indexesOf([...active, ...ending])), failedIndexes);
  return firstOutside(taken, count, job.spec.completions ?? 0);
}
