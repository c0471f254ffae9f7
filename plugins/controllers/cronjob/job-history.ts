import { timeMs } from '../../../src/base/timestamp.ts';
import type { CronJob } from '../../kinds/batch/v1/cron-job.ts';
import { finishedCondition } from '../../kinds/batch/v1/job-conditions.ts';
import type { Job } from '../../kinds/batch/v1/job.ts';

/** Finished jobs beyond what is to be kept, those that were begun first. */
export function jobsBeyondHistory({ spec }: CronJob, jobs: readonly Job[]): readonly Job[] {
  return [
    ...oldest(jobs, 'Complete', spec.successfulJobsHistoryLimit),
    ...oldest(jobs, 'Failed', spec.failedJobsHistoryLimit),
  ];
}

function oldest(jobs: readonly Job[], type: 'Complete' | 'Failed', keep: number): readonly Job[] {
  const finished = jobs
    .filter(({ status }) => finishedCondition(status)?.type === type)
    .toSorted((a, b) => startMs(a) - startMs(b) || (a.metadata.name < b.metadata.name ? -1 : 1));
  return finished.slice(0, Math.max(0, finished.length - keep));
}

const startMs = ({ status }: Job): number => timeMs(status.startTime) ?? Number.MAX_SAFE_INTEGER;
