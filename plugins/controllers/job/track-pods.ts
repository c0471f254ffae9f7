import type { JobStatus } from '../../kinds/batch/v1/job-status.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import { countIn, formatIndexes } from './index-intervals.ts';
import { counts, hasFailed, indexOf, isIndexed, isTracked } from './job-facts.ts';
import { hasSucceeded, type JobView } from './job-view.ts';
import type { Verdict } from './judge-job.ts';
import { isCounted } from './pod-failure-policy.ts';

/** Upstream's MaxUncountedPods: a status holds no more names, and one pass frees no more pods. */
const MAX_UNCOUNTED = 500;

/**
 * Ended pods are counted in two steps, each of which may be repeated: their uids are put down, then they lose their
 * finalizer; whatever is put down and has none any more is added to the counts.
 */
export interface Tracking {
  /** To be written before any pod of `release` is let go. */
  readonly status: JobStatus;
  readonly release: readonly Pod[];
  /** There are more, for the next pass. */
  readonly isPartial: boolean;
}

export function trackPods(view: JobView, status: JobStatus, verdict: Verdict | undefined): Tracking {
  const { job } = view;
  const indexed = isIndexed(job);
  const tracked = view.pods.filter(isTracked);
  const counted = settleCounts(status, new Set(tracked.map(({ metadata }) => metadata.uid)));
  const { succeeded: oldSucceeded = [], failed: oldFailed = [] } = status.uncountedTerminatedPods ?? {};
  const succeeded = [...(counted.uncountedTerminatedPods?.succeeded ?? [])];
  const failed = [...(counted.uncountedTerminatedPods?.failed ?? [])];
  const release: Pod[] = [];
  let indexes = 0;
  let isPartial = false;
  const pods = indexed ? tracked.toSorted((a, b) => (indexOf(a) ?? -1) - (indexOf(b) ?? -1)) : tracked;
  for (const pod of pods) {
    if (!mayGo(view, pod, verdict)) continue;
    const { uid } = pod.metadata;
    release.push(pod);
    if (hasSucceeded(pod) && !oldFailed.includes(uid)) {
      // Of an index it is enough to know that it has succeeded.
      if (indexed) indexes += 1;
      else if (!oldSucceeded.includes(uid)) succeeded.push(uid);
    } else if (countsAsFailed(view, pod, verdict) && !oldFailed.includes(uid)) failed.push(uid);
    if (indexes + succeeded.length + failed.length >= MAX_UNCOUNTED) {
      isPartial = true;
      break;
    }
  }
  return { status: withIndexCounts(withUncounted(counted, succeeded, failed), view), release, isPartial };
}

/** `status` with those added to its counts that are put down in it and not in `tracked` any more. */
export function settleCounts(status: JobStatus, tracked: ReadonlySet<string>): JobStatus {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const left = (uids: readonly string[]): readonly string[] => uids.filter(uid => tracked.has(uid));
  const [succeededLeft, failedLeft] = [left(succeeded), left(failed)];
  const add = (count: number | undefined, more: number) => (count ?? 0) + more;
  const counts = {
    succeeded: add(status.succeeded, succeeded.length - succeededLeft.length),
    failed: add(status.failed, failed.length - failedLeft.length),
  };
  return {
    ...withUncounted(status, succeededLeft, failedLeft),
    ...(counts.succeeded === 0 ? {} : { succeeded: counts.succeeded }),
    ...(counts.failed === 0 ? {} : { failed: counts.failed }),
  };
}

function withUncounted(status: JobStatus, succeeded: readonly string[], failed: readonly string[]): JobStatus {
  const uncountedTerminatedPods = {
    ...(succeeded.length === 0 ? {} : { succeeded }),
    ...(failed.length === 0 ? {} : { failed }),
  };
  return { ...status, uncountedTerminatedPods };
}

function withIndexCounts(status: JobStatus, { job, succeededIndexes, failedIndexes }: JobView): JobStatus {
  if (!isIndexed(job)) return status;
  const { succeeded: _succeeded, completedIndexes: _indexes, ...rest } = status;
  const succeeded = countIn(succeededIndexes);
  return {
    ...rest,
    ...(succeeded === 0 ? {} : { succeeded, completedIndexes: formatIndexes(succeededIndexes) }),
    ...(failedIndexes === undefined ? {} : { failedIndexes: formatIndexes(failedIndexes) }),
  };
}

function mayGo({ job, lastOfIndex }: JobView, pod: Pod, verdict: Verdict | undefined): boolean {
  if (job.metadata.deletionTimestamp !== undefined || verdict !== undefined || hasSucceeded(pod)) return true;
  if (!hasFailed(pod, job)) return false;
  const index = indexOf(pod);
  return index === undefined || lastOfIndex.get(index)?.metadata.uid !== pod.metadata.uid;
}

/** Of a job that failed, whoever did not succeed did. */
function countsAsFailed({ job }: JobView, pod: Pod, verdict: Verdict | undefined): boolean {
  if (!counts(pod, job) || (!hasFailed(pod, job) && verdict?.outcome !== 'Failed')) return false;
  return isCounted(job.spec.podFailurePolicy, pod);
}
