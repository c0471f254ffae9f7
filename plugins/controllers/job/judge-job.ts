import { timeMs } from '../../../src/base/timestamp.ts';
import type { Job } from '../../kinds/batch/v1/job.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import { conditionOf } from '../conditions.ts';
import { countIn } from './index-intervals.ts';
import { hasFailed, isIndexed, isSuspended } from './job-facts.ts';
import type { JobView } from './job-view.ts';
import { matchPodFailure } from './pod-failure-policy.ts';
import { metSuccessPolicyRule } from './success-policy.ts';

/** How a job ends. */
export interface Verdict {
  readonly outcome: 'Complete' | 'Failed';
  readonly reason: string;
  readonly message: string;
}

/** The condition by which a verdict is told as long as pods have not ended. */
export const interimOf = ({ outcome }: Verdict): 'SuccessCriteriaMet' | 'FailureTarget' =>
  outcome === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';

/** A verdict that was told stands; then failure is judged before success. */
export function judgeJob(view: JobView, startTime: string | undefined, nowMs: number): Verdict | undefined {
  return (
    standing(view.job, 'SuccessCriteriaMet', 'Complete') ??
    standing(view.job, 'FailureTarget', 'Failed') ??
    byPodFailure(view) ??
    byLimits(view, startTime, nowMs) ??
    byIndexes(view) ??
    bySuccessPolicy(view)
  );
}

/** When enough pods have succeeded, `active` of them being left. */
export function judgeCompletion({ job, succeeded }: JobView, active: number): Verdict | undefined {
  const { completions } = job.spec;
  const isEnough = completions === undefined ? succeeded > 0 : succeeded >= completions;
  if (!isEnough || active > 0) return undefined;
  const message = 'Reached expected number of succeeded pods';
  return { outcome: 'Complete', reason: 'CompletionsReached', message };
}

/** Milliseconds until a job that runs has run for too long. */
export function deadlineLeftMs(job: Job, startTime: string | undefined, nowMs: number): number | undefined {
  const { activeDeadlineSeconds } = job.spec;
  const startMs = timeMs(startTime);
  if (activeDeadlineSeconds === undefined || startMs === undefined || isSuspended(job)) return undefined;
  return startMs + activeDeadlineSeconds * 1000 - nowMs;
}

function standing(job: Job, type: string, outcome: Verdict['outcome']): Verdict | undefined {
  const condition = conditionOf(job.status.conditions, type);
  if (condition?.status !== 'True') return undefined;
  return { outcome, reason: condition.reason ?? '', message: condition.message ?? '' };
}

const failure = (reason: string, message: string): Verdict => ({ outcome: 'Failed', reason, message });

function byPodFailure({ job, pods }: JobView): Verdict | undefined {
  if (job.spec.podFailurePolicy === undefined) return undefined;
  for (const pod of pods) {
    const match = hasFailed(pod, job) ? matchPodFailure(job.spec.podFailurePolicy, pod) : undefined;
    if (match?.message !== undefined) return failure('PodFailurePolicy', match.message);
  }
  return undefined;
}

function byLimits({ job, pods, failed }: JobView, startTime: string | undefined, nowMs: number): Verdict | undefined {
  const limit = job.spec.backoffLimit ?? Number.POSITIVE_INFINITY;
  if (failed > limit || hasRestartedTooOften(job, pods, limit)) {
    return failure('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  }
  return (deadlineLeftMs(job, startTime, nowMs) ?? 1) <= 0
    ? failure('DeadlineExceeded', 'Job was active longer than specified deadline')
    : undefined;
}

/** Containers that are started again within their pod count as its failures. */
function hasRestartedTooOften({ spec }: Job, pods: readonly Pod[], limit: number): boolean {
  if (spec.template.spec.restartPolicy !== 'OnFailure') return false;
  const restarts = pods
    .filter(({ status }) => status.phase === 'Running' || status.phase === 'Pending')
    .flatMap(({ status }) => [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])])
    .reduce((sum, { restartCount }) => sum + restartCount, 0);
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

function byIndexes({ job, failedIndexes, succeededIndexes }: JobView): Verdict | undefined {
  if (failedIndexes === undefined) return undefined;
  const { maxFailedIndexes = Number.POSITIVE_INFINITY, completions = 0 } = job.spec;
  const failed = countIn(failedIndexes);
  if (failed > maxFailedIndexes) {
    return failure('MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes');
  }
  return failed > 0 && failed + countIn(succeededIndexes) >= completions
    ? failure('FailedIndexes', 'Job has failed indexes')
    : undefined;
}

function bySuccessPolicy({ job, succeededIndexes }: JobView): Verdict | undefined {
  const { successPolicy, completions = 0 } = job.spec;
  const message = isIndexed(job) ? metSuccessPolicyRule(successPolicy, completions, succeededIndexes) : undefined;
  return message === undefined ? undefined : { outcome: 'Complete', reason: 'SuccessPolicy', message };
}
