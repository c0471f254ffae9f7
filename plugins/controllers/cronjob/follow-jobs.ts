import { timeMs } from '../../../src/base/timestamp.ts';
import type { CronJob } from '../../kinds/batch/v1/cron-job.ts';
import type { CronJobStatus } from '../../kinds/batch/v1/cron-job-spec.ts';
import { finishedCondition } from '../../kinds/batch/v1/job-conditions.ts';
import type { Job } from '../../kinds/batch/v1/job.ts';

export interface Said {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** The status after what has become of the jobs, and what is to be told of them. */
export function followJobs(
  { status }: CronJob,
  jobs: readonly Job[],
): { status: CronJobStatus; said: readonly Said[] } {
  const said: Said[] = [];
  const say = (type: Said['type'], reason: string, message: string) => void said.push({ type, reason, message });
  const known = new Set((status.active ?? []).map(({ uid }) => uid));
  const gone = new Set<string | undefined>();
  let { lastSuccessfulTime } = status;
  for (const { metadata, status: of } of jobs) {
    const finished = finishedCondition(of);
    if (finished === undefined && !known.has(metadata.uid)) {
      say('Warning', 'UnexpectedJob', `Saw a job that the controller did not create or forgot: ${metadata.name}`);
    }
    if (finished !== undefined && known.has(metadata.uid)) {
      gone.add(metadata.uid);
      say('Normal', 'SawCompletedJob', `Saw completed job: ${metadata.name}, condition: ${finished.type}`);
    }
    const { completionTime } = of;
    const isLatest = (timeMs(completionTime) ?? 0) > (timeMs(lastSuccessfulTime) ?? 0);
    if (finished?.type === 'Complete' && completionTime !== undefined && isLatest) lastSuccessfulTime = completionTime;
  }
  const there = new Set(jobs.map(({ metadata }) => metadata.uid));
  for (const { uid, name } of status.active ?? []) {
    if (uid !== undefined && there.has(uid)) continue;
    gone.add(uid);
    say('Normal', 'MissingJob', `Active job went missing: ${name}`);
  }
  const next = { ...status, ...(lastSuccessfulTime === undefined ? {} : { lastSuccessfulTime }) };
  return {
    status: withActive(
      next,
      (status.active ?? []).filter(({ uid }) => !gone.has(uid)),
    ),
    said,
  };
}

export function withActive(status: CronJobStatus, active: NonNullable<CronJobStatus['active']>): CronJobStatus {
  const { active: _active, ...rest } = status;
  return active.length === 0 ? rest : { ...rest, active };
}
