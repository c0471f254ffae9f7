import { invalid, notSupported, placed, placedAfter, type FieldError } from '../../../../src/api/field-error.ts';
import { parseCronSchedule } from '../../../../src/base/cron-schedule.ts';
import { isTimeZone } from '../../../../src/base/zoned-time.ts';
import type { CronJobSpec } from './cron-job-spec.ts';
import { validateJobSpec } from './validate-job-spec.ts';

interface CronJobLike {
  readonly metadata: { readonly name: string };
  readonly spec: CronJobSpec;
}

export function validateCronJob({ spec }: CronJobLike, old?: CronJobLike): readonly FieldError[] {
  const { jobTemplate, timeZone } = spec;
  const isNewZone = timeZone !== undefined && timeZone !== old?.spec.timeZone;
  return [
    ...validateSchedule(spec, old?.spec),
    ...(isNewZone ? placed('spec.timeZone', validateTimeZone(timeZone, 'spec.timeZone')) : []),
    ...validateJobSpec(jobTemplate.spec, 'spec.jobTemplate.spec'),
    ...placedAfter('spec.jobTemplate.spec', validateMadeByServer(spec, 'spec.jobTemplate.spec')),
  ];
}

/** A name to which the time of a job is added, which has eleven characters. */
const MAX_NAME_CHARS = 52;
export const validateNewCronJob = ({ metadata: { name } }: CronJobLike): readonly FieldError[] =>
  name.length > MAX_NAME_CHARS ? [invalid('metadata.name', name, 'must be no more than 52 characters')] : [];

/** A zone within the schedule stays allowed where it was before. */
function validateSchedule({ schedule, timeZone }: CronJobSpec, old: CronJobSpec | undefined): readonly FieldError[] {
  const field = 'spec.schedule';
  if (schedule === undefined || schedule === '') return [];
  const read = parseCronSchedule(schedule);
  const problem = !schedule.includes('TZ')
    ? undefined
    : old?.schedule.includes('TZ') !== true
      ? 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'
      : timeZone === undefined
        ? undefined
        : 'cannot use both timeZone field and TZ or CRON_TZ in schedule';
  return [
    ...('problem' in read ? [invalid(field, schedule, read.problem)] : []),
    ...(problem === undefined ? [] : [invalid(field, schedule, problem)]),
  ];
}

const isPart = (part: string): boolean =>
  part !== '.' && part !== '..' && !part.startsWith('-') && /^[A-Za-z.\-_0-9+]{1,14}$/.test(part);

function validateTimeZone(zone: string, field: string): readonly FieldError[] {
  if (zone === '') return [invalid(field, zone, 'timeZone must be nil or non-empty string')];
  if (!zone.split('/').every(isPart)) return [invalid(field, zone, `unknown time zone ${zone}`)];
  if (zone.toLowerCase() === 'local') {
    const rule = 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones';
    return [
      invalid(field, zone, rule),
      ...(zone === 'Local' ? [] : [invalid(field, zone, `unknown time zone ${zone}`)]),
    ];
  }
  return isTimeZone(zone) ? [] : [invalid(field, zone, `unknown time zone ${zone}`)];
}

function validateMadeByServer({ jobTemplate: { spec } }: CronJobSpec, field: string): readonly FieldError[] {
  const { selector, manualSelector } = spec;
  return [
    ...(selector === undefined ? [] : [invalid(`${field}.selector`, selector, '`selector` will be auto-generated')]),
    ...(manualSelector === true ? [notSupported(`${field}.manualSelector`, manualSelector, ['nil', 'false'])] : []),
  ];
}
