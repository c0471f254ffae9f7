import type { InputOf } from '../../../src/api/resource.ts';
import { isStatusError } from '../../../src/api/status-error.ts';
import { parseCronSchedule, type CronSchedule } from '../../../src/base/cron-schedule.ts';
import { messageOf } from '../../../src/base/message-of.ts';
import { timeOf } from '../../../src/base/timestamp.ts';
import { formatZoned, isTimeZone } from '../../../src/base/zoned-time.ts';
import { defineController, type Controller, type ControllerClient } from '../../../src/sdk/controller.ts';
import { keyOf } from '../../../src/sdk/object-key.ts';
import { controllerOf } from '../../../src/sdk/controller-reference.ts';
import { CronJob } from '../../kinds/batch/v1/cron-job.ts';
import type { CronJobStatus } from '../../kinds/batch/v1/cron-job-spec.ts';
import { Job } from '../../kinds/batch/v1/job.ts';
import { isNamespaceTerminating } from '../pod-acts.ts';
import { nextDueInMs } from './due-time.ts';
import { followJobs, withActive, type Said } from './follow-jobs.ts';
import { jobsBeyondHistory } from './job-history.ts';
import { jobName, planStart } from './plan-start.ts';

interface Acts {
  readonly cronJob: CronJob;
  readonly jobs: readonly Job[];
  readonly client: ControllerClient;
  event(this: void, type: Said['type'], reason: string, message: string): void;
}

/** Makes jobs when they are due, and forgets those that have finished. */
export function cronJobController(): Controller {
  /** The schedules that were last seen: a new one is first due at its next time, not at one that has passed. */
  const seen = new Map<string, string>();
  return defineController({
    name: 'cronjob-controller',
    primary: CronJob,
    owned: { jobs: Job },
    writes: [Job.can('create', 'delete'), CronJob.canOn('status', 'update')],

    async reconcile({ object: cronJob, owned: { jobs }, client, nowMs, event }) {
      const acts = { cronJob, jobs, client, event };
      const forgotten = new Set<string>();
      for (const job of jobsBeyondHistory(cronJob, jobs)) {
        if (await removeJob(job, acts)) forgotten.add(job.metadata.uid);
      }
      const { status: followed, said } = followJobs(cronJob, jobs);
      for (const { type, reason, message } of said) event(type, reason, message);
      const status = withoutJobs(followed, forgotten);
      const schedule = cronJob.metadata.deletionTimestamp === undefined ? scheduleOf(acts) : undefined;
      const key = keyOf(cronJob.metadata);
      const before = seen.get(key);
      const now = `${cronJob.spec.timeZone} ${cronJob.spec.schedule}`;
      seen.set(key, now);
      if (schedule === undefined) return { status };
      const started = before === undefined || before === now ? await start(acts, status, schedule, nowMs) : { status };
      const requeueAfterMs = nextDueInMs({ ...cronJob, status: started.status }, schedule, nowMs);
      return { ...started, ...(requeueAfterMs === undefined ? {} : { requeueAfterMs }) };
    },

    async removed({ key }) {
      seen.delete(keyOf(key));
    },
  });
}

/** `undefined` where nothing is to be made. */
function scheduleOf({ cronJob: { spec }, event }: Acts): CronSchedule | undefined {
  const { timeZone, schedule } = spec;
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    event('Warning', 'UnknownTimeZone', `invalid timeZone: ${JSON.stringify(timeZone)}: unknown time zone ${timeZone}`);
    return undefined;
  }
  if (spec.suspend === true) return undefined;
  const read = parseCronSchedule(schedule, timeZone);
  if (!('problem' in read)) return read;
  event('Warning', 'UnparseableSchedule', `unparseable schedule: ${JSON.stringify(schedule)} : ${read.problem}`);
  return undefined;
}

async function start(
  acts: Acts,
  status: CronJobStatus,
  schedule: CronSchedule,
  nowMs: number,
): Promise<{ readonly status: CronJobStatus; readonly failure?: unknown }> {
  const { cronJob, jobs, event } = acts;
  const { startMs, replaces, said } = planStart(cronJob, status, schedule, nowMs);
  for (const { type, reason, message } of said) event(type, reason, message);
  if (startMs === undefined) return { status };
  const active = replaces ? (status.active ?? []) : [];
  const gone = new Set<string>();
  for (const job of jobs.filter(({ metadata }) => active.some(({ uid }) => uid === metadata.uid))) {
    const { name, namespace, uid } = job.metadata;
    if (!(await removeJob(job, acts))) {
      return { status: withoutJobs(status, gone), failure: new Error(`could not replace job ${namespace}/${name}`) };
    }
    gone.add(uid);
  }
  const left = withoutJobs(status, gone);
  try {
    const made = await makeJob(acts, startMs);
    return { status: made === undefined ? left : withStarted(left, made, startMs) };
  } catch (failure) {
    if (isNamespaceTerminating(failure)) return { status: left };
    event('Warning', 'FailedCreate', `Error creating job: ${messageOf(failure)}`);
    return { status: left, failure };
  }
}

/** The job of that time, also where an earlier pass made it; `undefined` where it is another's. */
async function makeJob({ cronJob, client, event }: Acts, startMs: number): Promise<Job | undefined> {
  try {
    const job = await client.createOwned(Job, jobOf(cronJob, startMs));
    event('Normal', 'SuccessfulCreate', `Created job ${job.metadata.name}`);
    return job;
  } catch (error) {
    if (!isStatusError(error, 'AlreadyExists')) throw error;
  }
  const { namespace = '', uid } = cronJob.metadata;
  const there = await client.get(Job, { name: jobName(cronJob, startMs), namespace });
  return controllerOf(there)?.uid === uid ? there : undefined;
}

function jobOf(cronJob: CronJob, startMs: number): InputOf<typeof Job> {
  const { jobTemplate, timeZone = 'UTC' } = cronJob.spec;
  const { labels, annotations } = jobTemplate.metadata;
  return {
    metadata: {
      name: jobName(cronJob, startMs),
      ...(labels === undefined ? {} : { labels }),
      annotations: {
        ...annotations,
        'batch.kubernetes.io/cronjob-scheduled-timestamp': formatZoned(startMs, timeZone),
      },
    },
    spec: jobTemplate.spec,
  };
}

function withStarted(status: CronJobStatus, job: Job, startMs: number): CronJobStatus {
  const { name, namespace, uid, resourceVersion } = job.metadata;
  const reference = {
    apiVersion: job.apiVersion,
    kind: job.kind,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    uid,
    resourceVersion,
  };
  return { ...withActive(status, [...(status.active ?? []), reference]), lastScheduleTime: timeOf(startMs) };
}

const withoutJobs = (status: CronJobStatus, uids: ReadonlySet<string>): CronJobStatus =>
  withActive(
    status,
    (status.active ?? []).filter(({ uid }) => uid === undefined || !uids.has(uid)),
  );

/** Whether it is gone, or going. */
async function removeJob({ metadata }: Job, { client, event }: Acts): Promise<boolean> {
  const { name, namespace = '', uid } = metadata;
  try {
    await client.delete(Job, { name, namespace }, { propagationPolicy: 'Background', preconditions: { uid } });
    event('Normal', 'SuccessfulDelete', `Deleted job ${name}`);
    return true;
  } catch (error) {
    event('Warning', 'FailedDelete', `Deleted job: ${messageOf(error)}`);
    return false;
  }
}
