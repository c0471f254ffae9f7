import { describe, expect, it } from 'vitest';
import { complaints, stored } from '../../testing/complaints.ts';
import { row } from '../../testing/row.ts';
import { CronJob } from './cron-job.ts';
import { validateCronJob } from './validate-cron-job.ts';

const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } };
const cronJob = (spec: object = {}, job: object = {}) => ({
  spec: { schedule: '* * * * *', jobTemplate: { spec: { template, ...job } }, ...spec },
});
const SCHEDULE = 'spec.schedule: Invalid value:';
const ZONED = 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead';
const JOB = 'spec.jobTemplate.spec';

describe('a new cron job', () => {
  it.each<[object, readonly string[]]>([
    [cronJob(), []],
    [cronJob({ timeZone: 'Europe/Berlin', concurrencyPolicy: 'Replace' }), []],
    [cronJob({ schedule: '' }), ['spec.schedule: Required value']],
    [cronJob({ schedule: 'x' }), [`${SCHEDULE} "x": expected exactly 5 fields, found 1: [x]`]],
    [cronJob({ schedule: 'TZ=UTC * * * * *' }), [`${SCHEDULE} "TZ=UTC * * * * *": ${ZONED}`]],
    [
      cronJob({ schedule: 'CRON_TZ=X * * * * *' }),
      [
        `${SCHEDULE} "CRON_TZ=X * * * * *": provided bad location X: unknown time zone X`,
        `${SCHEDULE} "CRON_TZ=X * * * * *": ${ZONED}`,
      ],
    ],
    [cronJob({ timeZone: '' }), ['spec.timeZone: Invalid value: "": timeZone must be nil or non-empty string']],
    [cronJob({ timeZone: '../x' }), ['spec.timeZone: Invalid value: "../x": unknown time zone ../x']],
    [cronJob({ timeZone: 'No/Where' }), ['spec.timeZone: Invalid value: "No/Where": unknown time zone No/Where']],
    [
      cronJob({ timeZone: 'Local' }),
      [
        'spec.timeZone: Invalid value: "Local": timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones',
      ],
    ],
    [
      cronJob(
        {
          startingDeadlineSeconds: -1,
          concurrencyPolicy: 'Odd',
          successfulJobsHistoryLimit: -1,
          failedJobsHistoryLimit: -1,
        },
        { completions: -1, selector: {}, manualSelector: true },
      ),
      [
        'spec.startingDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0',
        'spec.concurrencyPolicy: Unsupported value: "Odd": supported values: "Allow", "Forbid", "Replace"',
        `${JOB}.completions: Invalid value: -1: must be greater than or equal to 0`,
        `${JOB}.selector: Invalid value: {}: \`selector\` will be auto-generated`,
        `${JOB}.manualSelector: Unsupported value: true: supported values: "nil", "false"`,
        'spec.successfulJobsHistoryLimit: Invalid value: -1: must be greater than or equal to 0',
        'spec.failedJobsHistoryLimit: Invalid value: -1: must be greater than or equal to 0',
      ],
    ],
    [
      { ...cronJob(), metadata: { name: 'a'.repeat(53) } },
      [`metadata.name: Invalid value: "${'a'.repeat(53)}": must be no more than 52 characters`],
    ],
  ])('%#', (parts, errors) => {
    expect(complaints(CronJob, parts)).toEqual(errors);
  });

  it('of one that had a time zone in its schedule may keep it, and no second one', () => {
    const old = stored(CronJob, cronJob({ schedule: 'TZ=UTC 0 0 * * *' })) as CronJob;
    const next = (spec: object) => validateCronJob(stored(CronJob, cronJob(spec)) as CronJob, old);
    expect(next({ schedule: 'TZ=UTC 1 0 * * *' })).toEqual([]);
    expect(next({ schedule: 'TZ=UTC 1 0 * * *', timeZone: 'UTC' })).toMatchObject([
      { detail: 'cannot use both timeZone field and TZ or CRON_TZ in schedule' },
    ]);
  });
});

it('the jobs a cron job makes keep what it was given, without defaults of their own', () => {
  const { spec } = stored(CronJob, cronJob({}, { backoffLimit: 2 })) as CronJob;
  expect(spec).toMatchObject({ suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 });
  const { template: _template, ...rest } = spec.jobTemplate.spec;
  expect(rest).toEqual({ backoffLimit: 2 });
  expect(spec.jobTemplate.spec.template.spec.dnsPolicy).toBe('ClusterFirst');
});

it('kubectl is told when a cron job was due', () => {
  const names = CronJob.columns.map(({ name }) => name).join(' ');
  expect(names).toBe('Name Schedule Timezone Suspend Active Last Schedule Age Containers Images Selector');
  expect(row(CronJob, cronJob())).toEqual([
    'x',
    '* * * * *',
    '<none>',
    'False',
    0,
    '<none>',
    '60m',
    'c',
    'i',
    '<none>',
  ]);
  const status = { active: [{ name: 'a' }], lastScheduleTime: '2026-01-01T00:59:00Z' };
  expect(row(CronJob, { ...cronJob({ suspend: true, timeZone: 'UTC' }), status })).toEqual([
    'x',
    '* * * * *',
    'UTC',
    'True',
    1,
    '60s',
    '60m',
    'c',
    'i',
    '<none>',
  ]);
});
