import { timeOf } from '../../../src/base/timestamp.ts';
import type { Job } from '../../kinds/batch/v1/job.ts';
import type { JobCondition, JobStatus } from '../../kinds/batch/v1/job-status.ts';
import { conditionOf } from '../conditions.ts';
import { isReady } from '../pod-facts.ts';
import type { Done } from './act-on-plan.ts';
import { isEnding, isSuspended } from './job-facts.ts';
import type { JobView } from './job-view.ts';
import { interimOf, type Verdict } from './judge-job.ts';

/** `status` with the pods that are there once `done` is done. */
export function podCounts({ job, pods, active }: JobView, startTime: string | undefined, done: Done): JobStatus {
  const { active: _active, ...status } = job.status;
  const left = active.length - done.removed + done.created;
  return {
    ...status,
    ...(startTime === undefined ? {} : { startTime }),
    ...(left === 0 ? {} : { active: left }),
    ready: active.filter(isReady).length - done.removedReady,
    terminating: pods.filter(isEnding).length + done.removed,
  };
}

/** Whether a job that goes on was just suspended or resumed: then its time begins anew, and it is told. */
export function suspension(job: Job, status: JobStatus, nowMs: number): { status: JobStatus; event?: string } {
  const before = conditionOf(status.conditions, 'Suspended');
  const { startTime: _startTime, ...rest } = status;
  if (isSuspended(job)) {
    if (before?.status === 'True') return { status };
    const condition = jobCondition('Suspended', 'True', 'JobSuspended', 'Job suspended', nowMs);
    return { status: { ...rest, conditions: withJobCondition(status, condition) }, event: 'Suspended' };
  }
  if (before === undefined || before.status === 'False') return { status };
  const condition = jobCondition('Suspended', 'False', 'JobResumed', 'Job resumed', nowMs);
  const conditions = withJobCondition(status, condition);
  return { status: { ...rest, startTime: timeOf(nowMs), conditions }, event: 'Resumed' };
}

/** The verdict is told before the first pod is let go because of it. */
export function withInterim(status: JobStatus, verdict: Verdict | undefined, nowMs: number): JobStatus {
  if (verdict === undefined) return status;
  const type = interimOf(verdict);
  if (conditionOf(status.conditions, type)?.status === 'True') return status;
  const condition = jobCondition(type, 'True', verdict.reason, verdict.message, nowMs);
  return { ...status, conditions: withJobCondition(status, condition) };
}

/** A job has ended when all of its pods have and are counted. */
export function isEnded({ uncountedTerminatedPods: uncounted = {}, terminating = 0 }: JobStatus): boolean {
  return (uncounted.succeeded ?? []).length + (uncounted.failed ?? []).length + terminating === 0;
}

export function endedStatus(status: JobStatus, { outcome, reason, message }: Verdict, nowMs: number): JobStatus {
  const conditions = withJobCondition(status, jobCondition(outcome, 'True', reason, message, nowMs));
  return { ...status, conditions, ...(outcome === 'Complete' ? { completionTime: timeOf(nowMs) } : {}) };
}

const withJobCondition = ({ conditions = [] }: JobStatus, next: JobCondition): readonly JobCondition[] =>
  conditions.some(({ type }) => type === next.type)
    ? conditions.map(condition => (condition.type === next.type ? next : condition))
    : [...conditions, next];

const jobCondition = (
  type: string,
  status: JobCondition['status'],
  reason: string,
  message: string,
  nowMs: number,
): JobCondition => ({
  type,
  status,
  lastProbeTime: timeOf(nowMs),
  lastTransitionTime: timeOf(nowMs),
  reason,
  message,
});
