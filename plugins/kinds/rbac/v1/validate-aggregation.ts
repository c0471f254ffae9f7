import { invalid, placed, required, type FieldError } from '../../../../src/api/field-error.ts';
import { validateLabelSelector } from '../../../../src/api/label-selector.ts';
import type { AggregationRule } from './aggregation-rule.ts';

/** A cluster role that gathers the rules of others says of which. */
export function validateAggregation({ clusterRoleSelectors = [] }: AggregationRule): readonly FieldError[] {
  const field = 'aggregationRule.clusterRoleSelectors';
  if (clusterRoleSelectors.length === 0) {
    return [required(field, 'at least one clusterRoleSelector required if aggregationRule is non-nil')];
  }
  return clusterRoleSelectors.flatMap((selector, index) => {
    const problems = validateLabelSelector(selector, `${field}[${index}]`);
    return problems.length === 0
      ? []
      : placed(field, [...problems, invalid(`${field}[${index}]`, null, 'invalid label selector.')]);
  });
}
