import { objectMeta } from '../../../../src/api/object-meta-schema.ts';
import {
  type Stored,
  boolean,
  int32,
  int64,
  list,
  object,
  oneOf,
  string,
  time,
} from '../../../../src/schema/schema.ts';
import { objectReference } from '../../core/v1/object-reference.ts';
import { jobSpec } from './job-spec.ts';

export const jobTemplateSpec = object({
  metadata: objectMeta.present().doc('Metadata of the job.').at(1),
  spec: jobSpec.expected().doc('What the job shall do.').at(2),
})
  .named('io.k8s.api.batch.v1.JobTemplateSpec')
  .doc('A job to be made.');
export type JobTemplateSpec = Stored<typeof jobTemplateSpec>;

export const cronJobSpec = object({
  schedule: string().doc('When, in the form of cron: minute, hour, day, month, day of the week.').at(1),
  startingDeadlineSeconds: int64().min(0).optional().doc('How late a job may be made.').at(2),
  timeZone: string().optional().doc('Whose clock the schedule means, by its name at the IANA; UTC if left out.').at(8),
  concurrencyPolicy: oneOf('Allow', 'Forbid', 'Replace')
    .whenEmpty('Allow')
    .doc('What becomes of a job that still runs when the next one is due.')
    .at(3),
  jobTemplate: jobTemplateSpec.zero().doc('The jobs it makes.').at(5),
  successfulJobsHistoryLimit: int32().min(0).default(3).doc('How many complete jobs are kept.').at(6),
  failedJobsHistoryLimit: int32().min(0).default(1).doc('How many failed jobs are kept.').at(7),
  suspend: boolean().optional().doc('No further jobs are made.').at(4),
})
  .named('io.k8s.api.batch.v1.CronJobSpec')
  .doc('Which jobs are made when.');
export type CronJobSpec = Stored<typeof cronJobSpec>;

export const cronJobStatus = object({
  active: list(objectReference).omitEmpty().doc('Jobs that have not finished.').at(1),
  lastScheduleTime: time().optional().doc('When the last job was due.').at(4),
  lastSuccessfulTime: time().optional().doc('When a job was complete last.').at(5),
})
  .named('io.k8s.api.batch.v1.CronJobStatus')
  .doc('What has become of a schedule.');
export type CronJobStatus = Stored<typeof cronJobStatus>;
