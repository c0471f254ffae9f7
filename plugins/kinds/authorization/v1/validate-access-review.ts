import { invalid, type FieldError } from '../../../../src/api/field-error.ts';
import type { SelfSubjectAccessReviewSpec, SubjectAccessReviewSpec } from './subject-access-review-spec.ts';

/** One action is asked about, on a resource or on a path. */
export function validateAttributes({
  resourceAttributes,
  nonResourceAttributes,
}: SelfSubjectAccessReviewSpec): readonly FieldError[] {
  if (resourceAttributes !== undefined && nonResourceAttributes !== undefined) {
    const detail = 'cannot be specified in combination with resourceAttributes';
    return [invalid('spec.nonResourceAttributes', nonResourceAttributes, detail)];
  }
  if (resourceAttributes === undefined && nonResourceAttributes === undefined) {
    const detail = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    return [invalid('spec.resourceAttributes', null, detail)];
  }
  return [];
}

export function validateAccessReview(spec: SubjectAccessReviewSpec): readonly FieldError[] {
  const errors = [...validateAttributes(spec)];
  if ((spec.user ?? '') === '' && (spec.groups ?? []).length === 0) {
    errors.push(invalid('spec.user', '', 'at least one of user or group must be specified'));
  }
  return errors;
}
