import {
  duplicate,
  invalid,
  notSupported,
  required,
  tooMany,
  type FieldError,
} from '../../../../src/api/field-error.ts';
import { qualifiedNameProblems } from '../../../../src/base/qualified-name.ts';
import type { OnExitCodes, OnPodCondition, PodFailurePolicyRule } from './job-policies.ts';
import type { JobSpec } from './job-spec.ts';

const ACTIONS: readonly string[] = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS: readonly string[] = ['In', 'NotIn'];
const STATUSES: readonly string[] = ['False', 'True', 'Unknown'];
const MAX_RULES = 20;
const MAX_EXIT_CODES = 255;
const MAX_CONDITIONS = 20;

export function validatePodFailurePolicy(spec: JobSpec, field: string): readonly FieldError[] {
  const rules = spec.podFailurePolicy?.rules ?? [];
  const { containers, initContainers = [] } = spec.template.spec;
  const names = new Set([...containers, ...initContainers].map(({ name }) => name));
  return [
    ...(rules.length > MAX_RULES ? [tooMany(`${field}.rules`, rules.length, MAX_RULES)] : []),
    ...rules.flatMap((rule, index) => validateRule(spec, rule, `${field}.rules[${index}]`, names)),
  ];
}

function validateRule(
  { backoffLimitPerIndex }: JobSpec,
  rule: PodFailurePolicyRule,
  field: string,
  names: ReadonlySet<string>,
): readonly FieldError[] {
  const { action, onExitCodes, onPodConditions = [] } = rule;
  const needsLimit = action === 'FailIndex' && backoffLimitPerIndex === undefined;
  const hasConditions = onPodConditions.length > 0;
  const problem =
    onExitCodes !== undefined && hasConditions
      ? 'specifying both OnExitCodes and OnPodConditions is not supported'
      : onExitCodes === undefined && !hasConditions
        ? 'specifying one of OnExitCodes and OnPodConditions is required'
        : undefined;
  return [
    ...(needsLimit
      ? [invalid(`${field}.action`, action, 'requires the backoffLimitPerIndex to be set')]
      : oneOfThese(action, ACTIONS, `${field}.action`)),
    ...(onExitCodes === undefined ? [] : validateExitCodes(onExitCodes, `${field}.onExitCodes`, names)),
    ...(hasConditions ? validateConditions(onPodConditions, `${field}.onPodConditions`) : []),
    ...(problem === undefined ? [] : [invalid(field, undefined, problem)]),
  ];
}

function oneOfThese(value: string, values: readonly string[], field: string): readonly FieldError[] {
  if (value === '') return [required(field, `valid values: [${values.map(name => JSON.stringify(name)).join(' ')}]`)];
  return values.includes(value) ? [] : [notSupported(field, value, values)];
}

function validateExitCodes(
  { operator, containerName, values }: OnExitCodes,
  field: string,
  names: ReadonlySet<string>,
): readonly FieldError[] {
  const errors: FieldError[] = [...oneOfThese(operator, OPERATORS, `${field}.operator`)];
  if (containerName !== undefined && !names.has(containerName)) {
    const rule = 'must be one of the container or initContainer names in the pod template';
    errors.push(invalid(`${field}.containerName`, containerName, rule));
  }
  if (values.length === 0) errors.push(invalid(`${field}.values`, values, 'at least one value is required'));
  else if (values.length > MAX_EXIT_CODES) errors.push(tooMany(`${field}.values`, values.length, MAX_EXIT_CODES));
  for (const [index, value] of values.entries()) {
    const at = `${field}.values[${index}]`;
    if (operator === 'In' && value === 0) errors.push(invalid(at, value, 'must not be 0 for the In operator'));
    if (values.indexOf(value) < index) errors.push(duplicate(at, value));
  }
  const isOrdered = values.every((value, index) => index === 0 || (values[index - 1] ?? 0) <= value);
  if (!isOrdered) errors.push(invalid(`${field}.values`, values, 'must be ordered'));
  return errors;
}

function validateConditions(patterns: readonly OnPodCondition[], field: string): readonly FieldError[] {
  return [
    ...(patterns.length > MAX_CONDITIONS ? [tooMany(field, patterns.length, MAX_CONDITIONS)] : []),
    ...patterns.flatMap(({ type, status }, index) => [
      ...qualifiedNameProblems(type).map(problem => invalid(`${field}[${index}].type`, type, problem)),
      ...oneOfThese(status, STATUSES, `${field}[${index}].status`),
    ]),
  ];
}
