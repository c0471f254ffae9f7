import type { JobCondition, JobStatus } from './job-status.ts';

/** The condition of that type holds. */
export const holds = (status: JobStatus | undefined, type: string): boolean =>
  (status?.conditions ?? []).some(condition => condition.type === type && condition.status === 'True');

/** The condition that says a job has ended, for better or worse. */
export const finishedCondition = (status: JobStatus | undefined): JobCondition | undefined =>
  (status?.conditions ?? []).find(
    ({ type, status: is }) => (type === 'Complete' || type === 'Failed') && is === 'True',
  );

export const isJobFinished = ({ status }: { readonly status: JobStatus }): boolean =>
  finishedCondition(status) !== undefined;
