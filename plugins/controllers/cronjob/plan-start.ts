import type { CronSchedule } from '../../../src/base/cron-schedule.ts';
import { timeMs } from '../../../src/base/timestamp.ts';
import type { CronJob } from '../../kinds/batch/v1/cron-job.ts';
import type { CronJobStatus } from '../../kinds/batch/v1/cron-job-spec.ts';
import { missedTimes } from './due-time.ts';
import type { Said } from './follow-jobs.ts';

/** Whether a job is to be made now, and for which time. */
export interface StartPlan {
  readonly startMs?: number;
  /** Jobs that still run and have to go first. */
  readonly replaces: boolean;
  readonly said: readonly Said[];
}

export function planStart(
  cronJob: CronJob,
  { active = [], lastScheduleTime }: CronJobStatus,
  schedule: CronSchedule,
  nowMs: number,
): StartPlan {
  const { spec } = cronJob;
  const nothing = (...said: readonly Said[]): StartPlan => ({ replaces: false, said });
  const warning = (reason: string, message: string): Said => ({ type: 'Warning', reason, message });
  const missed = missedTimes(cronJob, schedule, nowMs, true);
  if (missed === undefined) {
    const why = 'time difference between two schedules is less than 1 second';
    return nothing(warning('InvalidSchedule', `invalid schedule: ${spec.schedule} : ${why}`));
  }
  const { latestMs: startMs, count } = missed;
  if (startMs === undefined) return nothing();
  const tooMany = 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew';
  const said = count === 'many' ? [warning('TooManyMissedTimes', tooMany)] : [];
  const { startingDeadlineSeconds: deadline, concurrencyPolicy } = spec;
  if (deadline !== undefined && startMs + deadline * 1000 < nowMs) {
    const when = new Date(startMs).toUTCString().replace('GMT', '+0000');
    return nothing(...said, warning('MissSchedule', `Missed scheduled time to start a job: ${when}`));
  }
  const isDone = active.some(({ name }) => name === jobName(cronJob, startMs)) || timeMs(lastScheduleTime) === startMs;
  if (isDone) return nothing(...said);
  if (concurrencyPolicy === 'Forbid' && active.length > 0) {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
    return nothing(...said, { type: 'Normal', reason: 'JobAlreadyActive', message });
  }
  return { startMs, replaces: concurrencyPolicy === 'Replace' && active.length > 0, said };
}

/** One name for one time, so that no job is made twice. */
export const jobName = ({ metadata }: CronJob, startMs: number): string =>
  `${metadata.name}-${Math.floor(startMs / 60_000)}`;
