import { invalid, placed, required, type FieldError } from '../../../../src/api/field-error.ts';
import { labelMatcher } from '../../../../src/api/label-selector.ts';
import { isStatusError } from '../../../../src/api/status-error.ts';
import type { JobSpec } from './job-spec.ts';

export const JOB_NAME = 'batch.kubernetes.io/job-name';
export const CONTROLLER_UID = 'batch.kubernetes.io/controller-uid';

type Labels = Readonly<Record<string, string>>;
interface JobLike {
  readonly metadata: { readonly name: string; readonly uid: string; readonly labels?: Labels };
  readonly spec: JobSpec;
}

/** Labels that tell a job's pods from all others; those without a prefix are there for old clients. */
const labelsOf = ({ name, uid }: JobLike['metadata']) => ({
  'controller-uid': uid,
  'job-name': name,
  [CONTROLLER_UID]: uid,
  [JOB_NAME]: name,
});

/**
 * The selector of a new job and the labels of its pods, unless its maker chose them. Labels that a job has of its
 * template alone it has of what becomes of it.
 */
export function withSelector<J extends JobLike>(job: J): J {
  const { metadata, spec } = job;
  if (spec.manualSelector === true) return job;
  const { template, selector } = spec;
  const given = template.metadata?.labels;
  const labels = sorted({ ...labelsOf(metadata), ...given });
  const borrows = metadata.labels === given || Object.keys(metadata.labels ?? {}).length === 0;
  return {
    ...job,
    ...(borrows ? { metadata: { ...metadata, labels } } : {}),
    spec: {
      ...spec,
      template: { ...template, metadata: { ...template.metadata, labels } },
      selector: { ...selector, matchLabels: sorted({ [CONTROLLER_UID]: metadata.uid, ...selector?.matchLabels }) },
    },
  };
}

const sorted = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Whether what is there is what would have been made; upstream's validateGeneratedSelector. */
export function validateGeneratedSelector({ metadata, spec }: JobLike, prefixed: boolean): readonly FieldError[] {
  if (spec.manualSelector === true || spec.selector === undefined) return [];
  const field = 'spec.template.metadata.labels';
  const { [CONTROLLER_UID]: _uid, [JOB_NAME]: _name, ...plain } = labelsOf(metadata);
  const expected: Labels = prefixed ? labelsOf(metadata) : plain;
  const labels: Labels = spec.template.metadata?.labels ?? {};
  const wrong = Object.entries(expected).flatMap(([name, value]) => {
    const problem = `must be '${value}'`;
    if (!Object.hasOwn(labels, name)) return [required(`${field}[${name}]`, problem)];
    return labels[name] === value ? [] : [invalid(`${field}[${name}]`, labels, problem)];
  });
  const unlike = matchesOrUnreadable(spec, expected)
    ? []
    : [invalid('spec.selector', spec.selector, '`selector` not auto-generated')];
  return placed('metadata', [...wrong, ...unlike]);
}

/** What cannot be read is complained of elsewhere. */
export function matchesOrUnreadable({ selector }: JobSpec, labels: Labels): boolean {
  try {
    return labelMatcher(selector).matches(labels);
  } catch (error) {
    if (isStatusError(error)) return true;
    throw error;
  }
}
