import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { withSelector } from './generated-selector.ts';
import { jobColumns } from './job-columns.ts';
import { defaultJob } from './job-defaults.ts';
import { jobSpec } from './job-spec.ts';
import { jobStatus } from './job-status.ts';
import { jobSpecWarnings, podNameWarnings } from './job-warnings.ts';
import { validateJob } from './validate-job.ts';
import { validateJobStatusUpdate } from './validate-job-status.ts';
import { validateJobUpdate } from './validate-job-update.ts';

export const Job = defineResource({
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  plural: 'jobs',
  categories: ['all'],
  scope: 'Namespaced',
  leavesDependents: true,
  leavingWarning:
    'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning',
  doc: 'Runs pods until as many as it asks for have succeeded.',
  openapiName: 'io.k8s.api.batch.v1.Job',
  fields: {
    spec: jobSpec.expected().doc('What it shall do.').at(2),
    status: jobStatus.present().doc('How far it is.').at(3),
  },
  status: true,
  columns: jobColumns,
  selectableFields: {
    'status.successful': ({ status }) => String(status.succeeded ?? 0),
  },
  unknownFieldText: field => `field label ${JSON.stringify(field)} not supported for Job`,
  defaults: defaultJob,
  prepareForCreate: withSelector,
  validate: validateJob,
  validateUpdate: validateJobUpdate,
  validateStatusUpdate: validateJobStatusUpdate,
  warnings: ({ metadata, spec }, old) => {
    if (old === undefined) return [...podNameWarnings(metadata.name), ...jobSpecWarnings(spec, 'spec')];
    return isDeepEqual(spec, old.spec) ? [] : jobSpecWarnings(spec, 'spec');
  },
});
export type Job = ObjectOf<typeof Job>;
