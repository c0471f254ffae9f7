import { describe, expect, it } from 'vitest';
import { parseCronSchedule, type CronSchedule } from '../../../src/base/cron-schedule.ts';
import { timeOf } from '../../../src/base/timestamp.ts';
import type { CronJob } from '../../kinds/batch/v1/cron-job.ts';
import type { Job } from '../../kinds/batch/v1/job.ts';
import { missedTimes, nextDueInMs } from './due-time.ts';
import { followJobs } from './follow-jobs.ts';
import { jobsBeyondHistory } from './job-history.ts';
import { planStart } from './plan-start.ts';

/** All times of these tests are told in minutes since this moment. */
const START_MS = Date.UTC(2026, 0, 1);
const ms = (minutes: number): number => START_MS + minutes * 60_000;
const minutes = (at: number | undefined): number | undefined => at && (at - START_MS) / 60_000;

const cronJob = (spec: object = {}, status: object = {}): CronJob =>
  ({
    metadata: { name: 'c', namespace: 'n', creationTimestamp: timeOf(START_MS) },
    spec: {
      schedule: '*/10 * * * *',
      concurrencyPolicy: 'Allow',
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 1,
      suspend: false,
      ...spec,
    },
    status,
  }) as unknown as CronJob;
const scheduleOf = (text: string): CronSchedule => {
  const read = parseCronSchedule(text);
  if ('problem' in read) throw new Error(read.problem);
  return read;
};
const started = (at: number) => ({ lastScheduleTime: timeOf(ms(at)) });

describe('what is due', () => {
  it.each([
    ['nothing yet', '*/10 * * * *', {}, {}, 5, [undefined, 'none', 5]],
    ['the first', '*/10 * * * *', {}, {}, 10, [10, 'none', 10]],
    ['the one after the last', '*/10 * * * *', {}, started(10), 21, [20, 'none', 9]],
    ['the latest of some', '*/10 * * * *', {}, {}, 45, [40, 'few', 5]],
    ['the latest of many', '*/10 * * * *', {}, {}, 1021, [1020, 'many', 9]],
    ['what is not too late', '*/10 * * * *', { startingDeadlineSeconds: 120 }, {}, 1021, [1020, 'none', 9]],
    ['nothing that is too late', '*/10 * * * *', { startingDeadlineSeconds: 120 }, {}, 1025, [undefined, 'none', 5]],
    // Upstream loses this one, too: it counts as if it were due every hour.
    ['nothing of an uneven schedule', '0 6,7 * * *', {}, {}, 600, [undefined, 'few', 1200]],
    ['every so often since the last', '@every 7m', {}, started(3), 40, [38, 'few', 5]],
  ])('is %s', (_, text, spec, status, now, expected) => {
    const job = cronJob({ schedule: text, ...spec }, status);
    const missed = missedTimes(job, scheduleOf(text), ms(now), true);
    const next = nextDueInMs(job, scheduleOf(text), ms(now));
    expect([minutes(missed?.latestMs), missed?.count, ((next ?? 0) - 100) / 60_000]).toEqual(expected);
  });

  it('is never what fits no day', () => {
    const never = scheduleOf('59 23 31 2 *');
    expect([missedTimes(cronJob(), never, ms(5), true), nextDueInMs(cronJob(), never, ms(5))]).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe('a start', () => {
  const active = [{ name: 'other', uid: 'o' }];
  const nameAt = (at: number) => ({ name: `c-${ms(at) / 60_000}`, uid: 'x' });
  it.each<[string, object, object, number, readonly unknown[]]>([
    ['is not yet', {}, {}, 5, [undefined, false, []]],
    ['is made', {}, {}, 10, [10, false, []]],
    ['is made once', {}, started(10), 15, [undefined, false, []]],
    ['is not made beside its own job', {}, { active: [nameAt(10)] }, 15, [undefined, false, []]],
    ['is made beside others', {}, { active }, 10, [10, false, []]],
    [
      'is not made beside others',
      { concurrencyPolicy: 'Forbid' },
      { active },
      10,
      [undefined, false, ['JobAlreadyActive']],
    ],
    ['is made where none is left', { concurrencyPolicy: 'Forbid' }, {}, 10, [10, false, []]],
    ['is made in place of others', { concurrencyPolicy: 'Replace' }, { active }, 10, [10, true, []]],
    ['is told to be late', {}, {}, 1021, [1020, false, ['TooManyMissedTimes']]],
    ['of nothing is told', { schedule: '59 23 31 2 *' }, {}, 10, [undefined, false, ['InvalidSchedule']]],
  ])('%s', (_, spec, status, now, expected) => {
    const job = cronJob(spec, status);
    const { startMs, replaces, said } = planStart(job, job.status, scheduleOf(job.spec.schedule), ms(now));
    expect([minutes(startMs), replaces, said.map(({ reason }) => reason)]).toEqual(expected);
  });

  it('that is too late is missed', () => {
    const job = cronJob({ startingDeadlineSeconds: 0 });
    // The wait for it is in milliseconds, and time goes on.
    expect(planStart(job, job.status, scheduleOf('* * * * *'), ms(1)).startMs).toBeUndefined();
    const late = cronJob({ startingDeadlineSeconds: 30 });
    expect(planStart(late, late.status, scheduleOf('* * * * *'), ms(1) + 30_000).said).toEqual([]);
  });
});

describe('jobs', () => {
  const job = (name: string, condition?: 'Complete' | 'Failed', at = 0): Job =>
    ({
      metadata: { name, uid: name },
      status: {
        startTime: timeOf(ms(at)),
        ...(condition === 'Complete' ? { completionTime: timeOf(ms(at + 1)) } : {}),
        conditions: condition === undefined ? [] : [{ type: condition, status: 'True' }],
      },
    }) as unknown as Job;

  it('that have finished are forgotten, the oldest first, and of each end some are kept', () => {
    const jobs = [
      job('b', 'Complete', 1),
      job('a', 'Complete', 2),
      job('f', 'Failed', 3),
      job('e', 'Failed', 3),
      job('r'),
    ];
    const names = (spec: object) => jobsBeyondHistory(cronJob(spec), jobs).map(({ metadata }) => metadata.name);
    expect(names({})).toEqual(['b', 'e']);
    expect(names({ successfulJobsHistoryLimit: 0, failedJobsHistoryLimit: 5 })).toEqual(['b', 'a']);
  });

  it('are followed until they have finished or are gone', () => {
    const active = ['done', 'failed', 'runs', 'lost'].map(name => ({ name, uid: name }));
    const jobs = [
      job('done', 'Complete', 5),
      job('failed', 'Failed'),
      job('runs'),
      job('strange'),
      job('old', 'Complete'),
    ];
    const { status, said } = followJobs(cronJob({}, { active }), jobs);
    expect(status).toEqual({ active: [{ name: 'runs', uid: 'runs' }], lastSuccessfulTime: timeOf(ms(6)) });
    expect(said.map(({ type, reason, message }) => `${type} ${reason} ${message}`)).toEqual([
      'Normal SawCompletedJob Saw completed job: done, condition: Complete',
      'Normal SawCompletedJob Saw completed job: failed, condition: Failed',
      'Warning UnexpectedJob Saw a job that the controller did not create or forgot: strange',
      'Normal MissingJob Active job went missing: lost',
    ]);
  });
});
