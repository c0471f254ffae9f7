import { age, ageColumn, integer, nameColumn, text, wide } from '../../../../src/api/columns.ts';
import { formatLabelSelector } from '../../../../src/api/format-labels.ts';
import { defineResource, type Column, type ObjectOf } from '../../../../src/api/resource.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import { containerColumns } from '../../core/v1/container-columns.ts';
import { defaultTemplate } from '../../core/v1/pod-spec-defaults.ts';
import { cronJobSpec, cronJobStatus, type CronJobSpec, type CronJobStatus } from './cron-job-spec.ts';
import { jobSpecWarnings, podNameWarnings } from './job-warnings.ts';
import { validateCronJob, validateNewCronJob } from './validate-cron-job.ts';

/** What columns are computed from. */
interface Parts {
  readonly spec: CronJobSpec;
  readonly status: CronJobStatus;
}

const suspendColumn: Column<Parts> = {
  name: 'Suspend',
  type: 'boolean',
  description: 'Whether no further jobs are made.',
  value: ({ spec }) => (spec.suspend === true ? 'True' : 'False'),
};

export const CronJob = defineResource({
  group: 'batch',
  version: 'v1',
  kind: 'CronJob',
  plural: 'cronjobs',
  shortNames: ['cj'],
  categories: ['all'],
  scope: 'Namespaced',
  doc: 'Makes jobs by a schedule.',
  openapiName: 'io.k8s.api.batch.v1.CronJob',
  fields: {
    spec: cronJobSpec.zero().doc('Which jobs it makes when.').at(2),
    status: cronJobStatus.present().doc('What has become of them.').at(3),
  },
  status: true,
  columns: [
    nameColumn,
    text('Schedule', 'When jobs are made.', ({ spec }: Parts) => spec.schedule),
    text('Timezone', 'Whose clock the schedule means.', ({ spec }: Parts) => spec.timeZone ?? '<none>'),
    suspendColumn,
    integer('Active', 'How many jobs have not finished.', ({ status }: Parts) => status.active?.length ?? 0),
    text('Last Schedule', 'Time since the last job was due.', ({ status }: Parts, nowMs) =>
      status.lastScheduleTime === undefined ? '<none>' : age(status.lastScheduleTime, nowMs),
    ),
    ageColumn,
    ...containerColumns(({ spec }: Parts) => spec.jobTemplate.spec.template.spec),
    wide('Selector', 'Labels of the pods of its jobs.', ({ spec }: Parts) =>
      formatLabelSelector(spec.jobTemplate.spec.selector),
    ),
  ],
  defaults: cronJob => {
    const { spec } = cronJob;
    const { jobTemplate, suspend } = spec;
    const template = defaultTemplate(jobTemplate.spec.template);
    if (template === jobTemplate.spec.template && suspend !== undefined) return cronJob;
    const whole = { ...jobTemplate, spec: { ...jobTemplate.spec, template } };
    return { ...cronJob, spec: { ...spec, suspend: suspend ?? false, jobTemplate: whole } };
  },
  validate: validateCronJob,
  validateCreate: validateNewCronJob,
  warnings: ({ metadata, spec }, old) => {
    const said = jobSpecWarnings(spec.jobTemplate.spec, 'spec.jobTemplate.spec');
    if (old === undefined) return [...podNameWarnings(metadata.name), ...said];
    return isDeepEqual(spec, old.spec) ? [] : said;
  },
});
export type CronJob = ObjectOf<typeof CronJob>;
