import { invalid, notSupported, required, type FieldError } from '../../../../src/api/field-error.ts';
import { parseQuantity } from '../../../../src/base/quantity.ts';
import type { ScalingPolicy, ScalingRules } from './scaling-rules.ts';

const MAX_WINDOW_SECONDS = 3600;
const MAX_PERIOD_SECONDS = 1800;

export function validateScalingRules(rules: ScalingRules | undefined, field: string): readonly FieldError[] {
  if (rules === undefined) return [];
  const { stabilizationWindowSeconds: window = 0, selectPolicy, policies = [], tolerance } = rules;
  const errors: FieldError[] = [];
  if (window < 0) {
    errors.push(invalid(`${field}.stabilizationWindowSeconds`, window, 'must be greater than or equal to zero'));
  }
  if (window > MAX_WINDOW_SECONDS) {
    const text = `must be less than or equal to ${MAX_WINDOW_SECONDS}`;
    errors.push(invalid(`${field}.stabilizationWindowSeconds`, window, text));
  }
  if (selectPolicy !== undefined && !SELECTS.includes(selectPolicy)) {
    errors.push(notSupported(`${field}.selectPolicy`, selectPolicy, SELECTS));
  }
  if (policies.length === 0) errors.push(required(`${field}.policies`, 'must specify at least one Policy'));
  errors.push(...policies.flatMap((policy, index) => validatePolicy(policy, `${field}.policies[${index}]`)));
  if (tolerance !== undefined && parseQuantity(tolerance).nano < 0n) {
    errors.push(invalid(`${field}.tolerance`, tolerance, 'must be greater than or equal to 0'));
  }
  return errors;
}

const SELECTS: readonly string[] = ['Disabled', 'Max', 'Min'];
const TYPES: readonly string[] = ['Percent', 'Pods'];

function validatePolicy({ type, value, periodSeconds }: ScalingPolicy, field: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (!TYPES.includes(type)) errors.push(notSupported(`${field}.type`, type, TYPES));
  if (value <= 0) errors.push(invalid(`${field}.value`, value, 'must be greater than zero'));
  if (periodSeconds <= 0) {
    errors.push(invalid(`${field}.periodSeconds`, periodSeconds, 'must be greater than zero'));
  }
  if (periodSeconds > MAX_PERIOD_SECONDS) {
    const text = `must be less than or equal to ${MAX_PERIOD_SECONDS}`;
    errors.push(invalid(`${field}.periodSeconds`, periodSeconds, text));
  }
  return errors;
}
