import type { Job } from '../../kinds/batch/v1/job.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import { isFinished, isTerminating } from '../pod-facts.ts';

/** Keeps a pod until it is in its job's counts, so that each is counted once. */
export const TRACKING_FINALIZER = 'batch.kubernetes.io/job-tracking';
export const COMPLETION_INDEX = 'batch.kubernetes.io/job-completion-index';
const INDEX_FAILURES = 'batch.kubernetes.io/job-index-failure-count';
const INDEX_IGNORED_FAILURES = 'batch.kubernetes.io/job-index-ignored-failure-count';
const MANAGER = 'kubernetes.io/job-controller';

export const isOurs = ({ spec }: Job): boolean => spec.managedBy === undefined || spec.managedBy === MANAGER;

export const isSuspended = ({ spec }: Job): boolean => spec.suspend === true;

export const isIndexed = ({ spec }: Job): boolean => spec.completionMode === 'Indexed';

export const isTracked = ({ metadata }: Pod): boolean => metadata.finalizers?.includes(TRACKING_FINALIZER) === true;

/** It was told to end, and has not. */
export const isEnding = (pod: Pod): boolean => isTerminating(pod) && !isFinished(pod);

/** Pods that are ending are not replaced before they have. */
export const replacesFailedOnly = ({ spec }: Job): boolean =>
  spec.podReplacementPolicy === 'Failed' || spec.podFailurePolicy !== undefined;

/** Pods that were deleted count as well, unless they may still end well: some never come to a phase. */
export function hasFailed(pod: Pod, job: Job): boolean {
  if (pod.status.phase === 'Failed') return true;
  return !replacesFailedOnly(job) && isTerminating(pod) && pod.status.phase !== 'Succeeded';
}

/** The pod's completion index, where it has one. */
export const indexOf = (pod: Pod): number | undefined => annotatedCount(pod, COMPLETION_INDEX);

/** Of an indexed job, pods without an index or with one that is out of range do not count. */
export function counts(pod: Pod, job: Job): boolean {
  if (!isIndexed(job)) return true;
  const index = indexOf(pod);
  return index !== undefined && index < (job.spec.completions ?? 0);
}

/** How often its index had failed before, and how often in a way that is not held against it. */
export const failuresOfIndex = (pod: Pod): number => annotatedCount(pod, INDEX_FAILURES) ?? 0;
export const ignoredFailuresOfIndex = (pod: Pod): number => annotatedCount(pod, INDEX_IGNORED_FAILURES) ?? 0;

export const failureAnnotations = (failures: number, ignored: number): Readonly<Record<string, string>> => ({
  [INDEX_FAILURES]: `${failures}`,
  ...(ignored === 0 ? {} : { [INDEX_IGNORED_FAILURES]: `${ignored}` }),
});

function annotatedCount({ metadata }: Pod, name: string): number | undefined {
  const text = metadata.annotations?.[name] ?? '';
  const count = /^\+?\d{1,10}$/.test(text) ? Number(text) : MAX_INT32 + 1;
  return count > MAX_INT32 ? undefined : count;
}
const MAX_INT32 = 2 ** 31 - 1;
