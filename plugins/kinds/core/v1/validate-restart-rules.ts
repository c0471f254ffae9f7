import {
  duplicate,
  invalid,
  notSupported,
  placed,
  required,
  type FieldError,
} from '../../../../src/api/field-error.ts';
import type { Container } from './container.ts';
import type { ContainerResizePolicy } from './restart-rule.ts';

const POLICIES: readonly string[] = ['Always', 'Never', 'OnFailure'];
const ACTIONS: readonly string[] = ['Restart', 'RestartAllContainers'];
const OPERATORS: readonly string[] = ['In', 'NotIn'];
const MAX_RULES = 20;
const MAX_EXIT_CODES = 255;

/** A container's own restart policy, and its exceptions by exit code. */
export function validateRestartRules(
  { restartPolicy, restartPolicyRules: rules = [] }: Container,
  field: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  const path = `${field}.restartPolicy`;
  if (restartPolicy === undefined) {
    if (rules.length > 0) errors.push(required(path, 'must specify restartPolicy when restart rules are used'));
  } else if (!POLICIES.includes(restartPolicy)) errors.push(notSupported(path, restartPolicy, POLICIES));
  if (rules.length > MAX_RULES) errors.push(tooMany(`${field}.restartPolicyRules`, rules.length, MAX_RULES));
  for (const [index, { action, exitCodes }] of rules.entries()) {
    const at = `${field}.restartPolicyRules[${index}]`;
    if (!ACTIONS.includes(action)) errors.push(notSupported(`${at}.action`, action, ACTIONS));
    if (exitCodes === undefined) {
      errors.push(required(`${at}.exitCodes`, 'must be specified'));
      continue;
    }
    const { operator, values = [] } = exitCodes;
    if (!OPERATORS.includes(operator)) errors.push(notSupported(`${at}.exitCodes.operator`, operator, OPERATORS));
    if (values.length > MAX_EXIT_CODES) errors.push(tooMany(`${at}.exitCodes.values`, values.length, MAX_EXIT_CODES));
  }
  return errors;
}

const tooMany = (field: string, count: number, max: number): FieldError => ({
  type: 'FieldValueTooMany',
  field,
  value: count,
  detail: `must have at most ${max} items`,
});

const RESOURCES: readonly string[] = ['cpu', 'memory'];
const RESIZES: readonly string[] = ['NotRequired', 'RestartContainer'];

/** What a change of a resource does to the container; each resource has one answer. */
export function validateResizePolicy(
  policies: readonly ContainerResizePolicy[],
  field: string,
  podRestartPolicy: string,
): readonly FieldError[] {
  const seen = new Set<string>();
  return policies.flatMap(({ resourceName, restartPolicy }, index) => {
    const errors: FieldError[] = seen.has(resourceName) ? [duplicate(`${field}[${index}]`, resourceName)] : [];
    seen.add(resourceName);
    errors.push(...oneOf(resourceName, RESOURCES, field), ...oneOf(restartPolicy, RESIZES, field));
    if (podRestartPolicy === 'Never' && restartPolicy !== 'NotRequired') {
      errors.push(invalid(field, restartPolicy, "must be 'NotRequired' when pod `restartPolicy` is 'Never'"));
    }
    return placed(`${field}[${index}]`, errors);
  });
}

function oneOf(value: string, supported: readonly string[], field: string): readonly FieldError[] {
  if (value === '') return [required(field)];
  return supported.includes(value) ? [] : [notSupported(field, value, supported)];
}
