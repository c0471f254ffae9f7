import { nextTimeMs, type CronSchedule } from '../../../src/base/cron-schedule.ts';
import { timeMs } from '../../../src/base/timestamp.ts';
import type { CronJob } from '../../kinds/batch/v1/cron-job.ts';

/** More starts missed than this are told; upstream's number. */
const MANY = 100;
/** So that clocks which are set back a little do not wake it too early. */
const LATER_MS = 100;

/** What was due and was not done, as far back as it counts. */
export interface Missed {
  readonly sinceMs: number;
  /** The latest of them, which is the one to make up for. */
  readonly latestMs?: number;
  readonly count: 'none' | 'few' | 'many';
}

/** `undefined` for a schedule that is never due twice. Upstream's mostRecentScheduleTime. */
export function missedTimes(
  cronJob: CronJob,
  schedule: CronSchedule,
  nowMs: number,
  keepsDeadline: boolean,
): Missed | undefined {
  const { startingDeadlineSeconds: deadline } = cronJob.spec;
  const lastMs = timeMs(cronJob.status.lastScheduleTime) ?? timeMs(cronJob.metadata.creationTimestamp) ?? nowMs;
  const sinceMs = keepsDeadline && deadline !== undefined ? Math.max(lastMs, nowMs - deadline * 1000) : lastMs;
  const firstMs = nextTimeMs(schedule, sinceMs);
  const secondMs = firstMs === undefined ? undefined : nextTimeMs(schedule, firstMs);
  if (firstMs === undefined || secondMs === undefined) return undefined;
  if (nowMs < firstMs) return { sinceMs, count: 'none' };
  if (nowMs < secondMs) return { sinceMs, latestMs: firstMs, count: 'none' };
  const everyMs = secondMs - firstMs;
  const count = Math.floor((nowMs - firstMs) / everyMs) + 1;
  let latestMs: number | undefined;
  // Counted as if it were due evenly; from a step before that, the schedule itself is asked.
  let at = nextTimeMs(schedule, firstMs + (count - 2) * everyMs);
  for (; at !== undefined && at <= nowMs; at = nextTimeMs(schedule, at)) latestMs = at;
  return { sinceMs, ...(latestMs === undefined ? {} : { latestMs }), count: count > MANY ? 'many' : 'few' };
}

/** Until it is due again. */
export function nextDueInMs(cronJob: CronJob, schedule: CronSchedule, nowMs: number): number | undefined {
  const missed = missedTimes(cronJob, schedule, nowMs, false);
  const fromMs = missed === undefined ? nowMs : (missed.latestMs ?? (missed.count === 'none' ? missed.sinceMs : nowMs));
  const nextMs = nextTimeMs(schedule, fromMs);
  return nextMs === undefined ? undefined : Math.max(0, nextMs + LATER_MS - nowMs);
}
