import { domainPrefixedPathErrors } from '../../../../src/api/domain-prefixed-path.ts';
import {
  invalid,
  notSupported,
  placed,
  placedAfter,
  required,
  tooLong,
  type FieldError,
} from '../../../../src/api/field-error.ts';
import { validatePodTemplate } from '../../core/v1/validate-pod-template.ts';
import type { SuccessPolicy } from './job-policies.ts';
import type { JobSpec } from './job-spec.ts';
import { validatePodFailurePolicy } from './validate-pod-failure-policy.ts';
import { validateSuccessPolicy } from './validate-success-policy.ts';

const MAX_PARALLELISM = 100_000;
const MAX_FAILED_INDEXES = 100_000;
const MAX_MANAGED_BY_CHARS = 63;
/** From here on failures by index are tracked for fewer pods at a time. */
const MANY_COMPLETIONS = 100_000;
const MAX_OF_MANY = 10_000;

/** Rules that a job and the template of a cron job share; what one field can say is said in its schema. */
export function validateJobSpec(spec: JobSpec, field: string): readonly FieldError[] {
  return [
    ...placed(`${field}.maxFailedIndexes`, needsLimitPerIndex(spec, field)),
    ...placed(`${field}.managedBy`, validateManager(spec.managedBy, `${field}.managedBy`)),
    ...placed(`${field}.completionMode`, validateCompletionMode(spec, field)),
    ...placed(
      `${field}.podFailurePolicy`,
      spec.podFailurePolicy === undefined ? [] : validatePodFailurePolicy(spec, `${field}.podFailurePolicy`),
    ),
    ...placed(`${field}.successPolicy`, validateSuccess(spec, `${field}.successPolicy`)),
    ...validateReplacement(spec, `${field}.podReplacementPolicy`),
    ...validatePodTemplate(spec.template, `${field}.template`),
    ...placedAfter(`${field}.template`, validateRestartPolicy(spec, `${field}.template.spec.restartPolicy`)),
  ];
}

const needsLimitPerIndex = (spec: JobSpec, field: string): readonly FieldError[] =>
  spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined
    ? [required(`${field}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified')]
    : [];

const validateManager = (manager: string | undefined, field: string): readonly FieldError[] =>
  manager === undefined
    ? []
    : [
        ...domainPrefixedPathErrors(manager, field),
        ...(manager.length > MAX_MANAGED_BY_CHARS ? [tooLong(field, MAX_MANAGED_BY_CHARS)] : []),
      ];

function validateCompletionMode(spec: JobSpec, field: string): readonly FieldError[] {
  const { completionMode = 'NonIndexed', backoffLimitPerIndex, maxFailedIndexes } = spec;
  if (completionMode === 'Indexed') return validateIndexed(spec, field);
  if (completionMode !== 'NonIndexed') return [];
  return Object.entries({ backoffLimitPerIndex, maxFailedIndexes }).flatMap(([name, value]) =>
    value === undefined ? [] : [invalid(`${field}.${name}`, value, 'requires indexed completion mode')],
  );
}

function validateIndexed(spec: JobSpec, field: string): readonly FieldError[] {
  const { completions, parallelism = 0, maxFailedIndexes: failed, backoffLimitPerIndex } = spec;
  const errors: FieldError[] = [];
  const most = (name: 'parallelism' | 'maxFailedIndexes', value: number, limit: string): void =>
    void errors.push(invalid(`${field}.${name}`, value, `must be less than or equal to ${limit}`));
  if (completions === undefined) errors.push(required(`${field}.completions`, 'when completion mode is Indexed'));
  if (parallelism > MAX_PARALLELISM) {
    most('parallelism', parallelism, `${MAX_PARALLELISM} when completion mode is Indexed`);
  }
  if (failed !== undefined && completions !== undefined && failed > completions) {
    most('maxFailedIndexes', failed, 'completions');
  }
  if (failed !== undefined && failed > MAX_FAILED_INDEXES) most('maxFailedIndexes', failed, `${MAX_FAILED_INDEXES}`);
  if (completions === undefined || completions <= MANY_COMPLETIONS || backoffLimitPerIndex === undefined) return errors;
  const limit = `${MAX_OF_MANY} when completions are above ${MANY_COMPLETIONS} and used with backoff limit per index`;
  if (failed === undefined) {
    const rule = `must be specified when completions is above ${MANY_COMPLETIONS}`;
    errors.push(required(`${field}.maxFailedIndexes`, rule));
  }
  if (parallelism > MAX_OF_MANY) most('parallelism', parallelism, limit);
  if (failed !== undefined && failed > MAX_OF_MANY) most('maxFailedIndexes', failed, limit);
  return errors;
}

function validateSuccess({ successPolicy, completionMode, completions = 0 }: JobSpec, field: string) {
  if (successPolicy === undefined) return [];
  return completionMode === 'Indexed'
    ? validateSuccessPolicy(successPolicy.rules, completions, `${field}.rules`)
    : [invalid(field, asGoPrints(successPolicy), 'requires indexed completion mode')];
}

/** In Go's own type, which has no names for JSON. */
const asGoPrints = ({ rules }: SuccessPolicy): object => ({
  Rules: rules.map(({ succeededIndexes = null, succeededCount = null }) => ({
    SucceededIndexes: succeededIndexes,
    SucceededCount: succeededCount,
  })),
});

function validateReplacement({ podReplacementPolicy: policy, podFailurePolicy }: JobSpec, field: string) {
  const values: readonly string[] = podFailurePolicy === undefined ? ['Failed', 'TerminatingOrFailed'] : ['Failed'];
  return policy === undefined || values.includes(policy) ? [] : [notSupported(field, policy, values)];
}

function validateRestartPolicy({ template, podFailurePolicy }: JobSpec, field: string): readonly FieldError[] {
  const { restartPolicy } = template.spec;
  if (restartPolicy === 'Always') return [required(field, 'valid values: "OnFailure", "Never"')];
  if (restartPolicy !== 'OnFailure' && restartPolicy !== 'Never') {
    return [notSupported(field, restartPolicy, ['OnFailure', 'Never'])];
  }
  return podFailurePolicy !== undefined && restartPolicy !== 'Never'
    ? [invalid(field, restartPolicy, 'only "Never" is supported when podFailurePolicy is specified')]
    : [];
}
