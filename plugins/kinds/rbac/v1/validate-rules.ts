import { invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import type { PolicyRule } from './policy-rule.ts';

export function validateRules(rules: readonly PolicyRule[], isNamespaced: boolean): readonly FieldError[] {
  return rules.flatMap((rule, index) => {
    const field = `rules[${index}]`;
    const { verbs, nonResourceURLs = [], apiGroups = [], resources = [], resourceNames = [] } = rule;
    const errors: FieldError[] = [];
    if (verbs.length === 0) errors.push(required(`${field}.verbs`, 'verbs must contain at least one value'));
    if (nonResourceURLs.length > 0) {
      const path = `${field}.nonResourceURLs`;
      if (isNamespaced) {
        errors.push(invalid(path, nonResourceURLs, 'namespaced rules cannot apply to non-resource URLs'));
      }
      if (apiGroups.length + resources.length + resourceNames.length > 0) {
        errors.push(
          invalid(path, nonResourceURLs, 'rules cannot apply to both regular resources and non-resource URLs'),
        );
      }
      return errors;
    }
    if (apiGroups.length === 0) {
      errors.push(required(`${field}.apiGroups`, 'resource rules must supply at least one api group'));
    }
    if (resources.length === 0) {
      errors.push(required(`${field}.resources`, 'resource rules must supply at least one resource'));
    }
    return errors;
  });
}
