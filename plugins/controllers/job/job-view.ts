import type { Job } from '../../kinds/batch/v1/job.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import { isActive } from '../pod-facts.ts';
import { countIn, hasIndex, parseIndexes, withIndexes, type IndexIntervals } from './index-intervals.ts';
import {
  counts,
  failuresOfIndex,
  hasFailed,
  ignoredFailuresOfIndex,
  indexOf,
  isIndexed,
  isTracked,
} from './job-facts.ts';
import { endedMs } from './pod-backoff.ts';
import { isCounted, matchPodFailure } from './pod-failure-policy.ts';

/** A job and its pods, counted: what is in its status, and what is on its way there. */
export interface JobView {
  readonly job: Job;
  readonly pods: readonly Pod[];
  readonly active: readonly Pod[];
  readonly succeeded: number;
  readonly failed: number;
  readonly succeededIndexes: IndexIntervals;
  /** Of jobs that limit failures by index. */
  readonly failedIndexes: IndexIntervals | undefined;
  /** Failed pods that stay until the next one of their index knows how often it failed. */
  readonly lastOfIndex: ReadonlyMap<number, Pod>;
}

export function viewJob(job: Job, pods: readonly Pod[]): JobView {
  const { spec, status } = job;
  const completions = spec.completions ?? 0;
  const uncounted = status.uncountedTerminatedPods ?? {};
  const pending = pods.filter(pod => isTracked(pod) && counts(pod, job));
  const news = (known: readonly string[] = [], isMeant: (pod: Pod) => boolean): readonly Pod[] =>
    pending.filter(pod => !known.includes(pod.metadata.uid) && isMeant(pod));
  const newSucceeded = news(uncounted.succeeded, hasSucceeded);
  const newFailed = news(uncounted.failed, pod => hasFailed(pod, job) && isCounted(spec.podFailurePolicy, pod));
  const indexed = isIndexed(job);
  const succeededIndexes = indexed
    ? withIndexes(parseIndexes(status.completedIndexes, completions), indexesOf(pending.filter(hasSucceeded)))
    : [];
  const failedIndexes =
    indexed && spec.backoffLimitPerIndex !== undefined
      ? withIndexes(
          parseIndexes(status.failedIndexes, completions),
          indexesOf(pending.filter(pod => failsIndex(pod, job))),
        )
      : undefined;
  const active = pods.filter(isActive);
  return {
    job,
    pods,
    active,
    succeeded: indexed
      ? countIn(succeededIndexes)
      : (status.succeeded ?? 0) + newSucceeded.length + (uncounted.succeeded ?? []).length,
    failed: (status.failed ?? 0) + newFailed.length + (uncounted.failed ?? []).length,
    succeededIndexes,
    failedIndexes,
    lastOfIndex:
      failedIndexes === undefined
        ? new Map()
        : lastOfIndexes(
            pending.filter(pod => hasFailed(pod, job)),
            withIndexes(succeededIndexes, indexesOf(active)),
            failedIndexes,
          ),
  };
}

export const hasSucceeded = ({ status }: Pod): boolean => status.phase === 'Succeeded';

export const indexesOf = (pods: readonly Pod[]): ReadonlySet<number> =>
  new Set(pods.flatMap(pod => indexOf(pod) ?? []));

function failsIndex(pod: Pod, job: Job): boolean {
  const { podFailurePolicy: policy, backoffLimitPerIndex = 0 } = job.spec;
  if (!hasFailed(pod, job)) return false;
  if (matchPodFailure(policy, pod)?.action === 'FailIndex') return true;
  return isCounted(policy, pod) && failuresOfIndex(pod) >= backoffLimitPerIndex;
}

function lastOfIndexes(failed: readonly Pod[], settled: IndexIntervals, given: IndexIntervals): Map<number, Pod> {
  const last = new Map<number, Pod>();
  const failuresOf = (pod: Pod): number => failuresOfIndex(pod) + ignoredFailuresOfIndex(pod);
  for (const pod of failed) {
    const index = indexOf(pod);
    if (index === undefined || hasIndex(settled, index) || hasIndex(given, index)) continue;
    const before = last.get(index);
    const isLater = before === undefined || (failuresOf(before) <= failuresOf(pod) && endedMs(pod) >= endedMs(before));
    if (isLater) last.set(index, pod);
  }
  return last;
}
