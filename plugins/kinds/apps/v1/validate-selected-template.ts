import { invalid, placed, required, type FieldError } from '../../../../src/api/field-error.ts';
import { labelMatcher, validateLabelSelector, type LabelSelector } from '../../../../src/api/label-selector.ts';
import type { PodTemplateSpec } from '../../core/v1/pod-template-spec.ts';
import { validateOwnedTemplate } from '../../core/v1/validate-pod-template.ts';

/**
 * A selector and the template whose pods it finds; of deployments and replica sets alike. A selector that cannot be
 * read leaves nothing to say of the template.
 */
export function validateSelectedTemplate(
  selector: LabelSelector | undefined,
  template: PodTemplateSpec,
): readonly FieldError[] {
  const field = 'spec.selector';
  const problems = [...validateLabelSelector(selector, field)];
  if (problems.length > 0) return placed(field, [...problems, invalid(field, selector, 'invalid label selector')]);
  if (selector === undefined) return [required(field), ...validateOwnedTemplate('ReplicaSet', () => false, template)];
  const matcher = labelMatcher(selector);
  return [
    // Upstream says so of replica sets, too.
    ...(matcher.everything ? [invalid(field, selector, 'empty selector is invalid for deployment')] : []),
    ...validateOwnedTemplate('ReplicaSet', labels => matcher.matches(labels), template),
  ];
}
