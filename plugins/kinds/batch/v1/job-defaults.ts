import { defaultTemplate } from '../../core/v1/pod-spec-defaults.ts';
import type { JobSpec } from './job-spec.ts';

type Labels = Readonly<Record<string, string>>;
interface JobLike {
  readonly metadata: { readonly labels?: Labels };
  readonly spec: JobSpec;
}

/** Of a job itself; the template of a cron job is completed when a job is made of it. */
export function defaultJob<J extends JobLike>(job: J): J {
  const { spec, metadata } = job;
  const template = defaultTemplate(spec.template);
  const labels = template.metadata?.labels;
  const borrows = labels !== undefined && Object.keys(metadata.labels ?? {}).length === 0;
  if (!borrows && template === spec.template && MISSING.every(name => spec[name] !== undefined)) return job;
  return {
    ...job,
    metadata: borrows ? { ...metadata, labels } : metadata,
    spec: {
      ...spec,
      ...(spec.completions === undefined && spec.parallelism === undefined ? { completions: 1 } : {}),
      parallelism: spec.parallelism ?? 1,
      backoffLimit: spec.backoffLimit ?? (spec.backoffLimitPerIndex === undefined ? 6 : MAX_INT32),
      completionMode: spec.completionMode ?? 'NonIndexed',
      podReplacementPolicy:
        spec.podReplacementPolicy ?? (spec.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed'),
      template,
      manualSelector: spec.manualSelector ?? false,
      suspend: spec.suspend ?? false,
    },
  };
}

const MISSING = [
  'parallelism',
  'backoffLimit',
  'completionMode',
  'podReplacementPolicy',
  'manualSelector',
  'suspend',
] as const satisfies readonly (keyof JobSpec)[];

const MAX_INT32 = 2 ** 31 - 1;
