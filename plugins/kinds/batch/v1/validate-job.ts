import { invalid, placed, placedAfter, required, type FieldError } from '../../../../src/api/field-error.ts';
import { validateLabelSelector } from '../../../../src/api/label-selector.ts';
import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
import { CONTROLLER_UID, JOB_NAME, matchesOrUnreadable, validateGeneratedSelector } from './generated-selector.ts';
import type { JobSpec } from './job-spec.ts';
import { validateJobSpec } from './validate-job-spec.ts';

interface JobLike {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly spec: JobSpec;
}

/** Jobs from before the prefixed labels may go on without them. */
export function validateJob(job: JobLike, old?: JobLike): readonly FieldError[] {
  const { metadata, spec } = job;
  const oldLabels = old?.spec.template.metadata?.labels ?? {};
  const prefixed =
    old === undefined || (Object.hasOwn(oldLabels, JOB_NAME) && Object.hasOwn(oldLabels, CONTROLLER_UID));
  return [
    ...validateGeneratedSelector(job, prefixed),
    ...validateJobSpec(spec, 'spec'),
    ...placed('spec.selector', validateSelector(spec)),
    ...placedAfter('spec', validateHostname(metadata.name, spec)),
  ];
}

function validateSelector(spec: JobSpec): readonly FieldError[] {
  const field = 'spec.template.metadata.labels';
  const labels = spec.template.metadata?.labels;
  return [
    ...(spec.selector === undefined
      ? [required('spec.selector')]
      : validateLabelSelector(spec.selector, 'spec.selector')),
    ...(matchesOrUnreadable(spec, labels ?? {})
      ? []
      : [invalid(field, labels ?? null, '`selector` does not match template `labels`')]),
  ];
}

/** Pods of an indexed job are called by its name and their index. */
function validateHostname(name: string, { completionMode, completions = 0 }: JobSpec): readonly FieldError[] {
  if (completionMode !== 'Indexed' || completions <= 0) return [];
  const hostname = `${name}-${completions - 1}`;
  return dnsLabelProblems(hostname).length === 0
    ? []
    : [invalid('metadata.name', name, `will not able to create pod with invalid DNS label: ${hostname}`)];
}
