import { invalid, required, tooLong, tooMany, type FieldError } from '../../../../src/api/field-error.ts';
import { countIndexes } from './completion-indexes.ts';
import type { SuccessPolicyRule } from './job-policies.ts';

const MAX_RULES = 20;
const MAX_INDEXES_CHARS = 64 * 1024;

/** Of an indexed job; `completions` are how many indexes there are. */
export function validateSuccessPolicy(
  rules: readonly SuccessPolicyRule[],
  completions: number,
  field: string,
): readonly FieldError[] {
  const none = 'at least one rules must be specified when the successPolicy is specified';
  return [
    ...(rules.length === 0 ? [required(field, none)] : []),
    ...(rules.length > MAX_RULES ? [tooMany(field, rules.length, MAX_RULES)] : []),
    ...rules.flatMap((rule, index) => validateRule(rule, completions, `${field}[${index}]`)),
  ];
}

function validateRule(
  { succeededIndexes: indexes, succeededCount: count }: SuccessPolicyRule,
  completions: number,
  field: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (count === undefined && indexes === undefined) {
    errors.push(required(field, 'at least one of succeededCount or succeededIndexes must be specified'));
  }
  let total = 0;
  if (indexes !== undefined) {
    const at = `${field}.succeededIndexes`;
    if (indexes.length > MAX_INDEXES_CHARS) errors.push(tooLong(at, MAX_INDEXES_CHARS));
    const counted = countIndexes(indexes, completions);
    if (typeof counted === 'number') total = counted;
    else errors.push(invalid(at, indexes, `error parsing succeededIndexes: ${counted.problem}`));
  }
  if (count === undefined) return errors;
  const at = `${field}.succeededCount`;
  const most = (limit: number, what: string): FieldError =>
    invalid(at, count, `must be less than or equal to ${limit} (the number of ${what})`);
  if (count < 0) errors.push(invalid(at, count, 'must be greater than or equal to 0'));
  if (count > completions) errors.push(most(completions, 'specified completions'));
  if (indexes !== undefined && count > total) {
    errors.push(most(total, 'indexes in the specified succeededIndexes field'));
  }
  return errors;
}
