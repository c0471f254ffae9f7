import { forbidden, invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import { labelRequirementErrors } from '../../../../src/api/label-selector.ts';
import type { FieldSelectorAttributes, LabelSelectorAttributes, NonResourceAttributes } from './resource-attributes.ts';
import type { SelfSubjectAccessReviewSpec, SubjectAccessReviewSpec } from './subject-access-review-spec.ts';

/** Authorization validation's rules of a question that anyone may ask about themselves. */
export function validateSelfAccessReview(spec: SelfSubjectAccessReviewSpec, metadata: object): readonly FieldError[] {
  return [...actionErrors(spec), ...selectorErrors(spec), ...nameless(metadata, 'must be empty')];
}

/** The same of a question about another user. */
export function validateAccessReview(spec: SubjectAccessReviewSpec, metadata: object): readonly FieldError[] {
  return [...validateSubject(spec), ...nameless(metadata, 'must be empty')];
}

interface ReviewMeta {
  readonly namespace?: string;
}

/** The same of one within a namespace. */
export function validateLocalAccessReview(spec: SubjectAccessReviewSpec, metadata: ReviewMeta): readonly FieldError[] {
  const { resourceAttributes, nonResourceAttributes: path } = spec;
  const { namespace, ...rest } = metadata;
  const errors = [...validateSubject(spec)];
  errors.push(...nameless(rest, 'must be empty except for namespace', metadata));
  const asked = resourceAttributes?.namespace ?? '';
  if (resourceAttributes !== undefined && asked !== (namespace ?? '')) {
    errors.push(invalid('spec.resourceAttributes.namespace', asked, 'must match metadata.namespace'));
  }
  if (path !== undefined) {
    errors.push(invalid('spec.nonResourceAttributes', asGoPrints(path), 'disallowed on this kind of request'));
  }
  return errors;
}

function validateSubject(spec: SubjectAccessReviewSpec): readonly FieldError[] {
  const isNobody = (spec.user ?? '') === '' && (spec.groups ?? []).length === 0;
  return [
    ...actionErrors(spec),
    ...(isNobody ? [invalid('spec.user', '', 'at least one of user or group must be specified')] : []),
    ...selectorErrors(spec),
  ];
}

/** One action is asked about, on a resource or on a path. */
function actionErrors({ resourceAttributes, nonResourceAttributes }: SelfSubjectAccessReviewSpec): FieldError[] {
  if (resourceAttributes !== undefined && nonResourceAttributes !== undefined) {
    const detail = 'cannot be specified in combination with resourceAttributes';
    return [invalid('spec.nonResourceAttributes', asGoPrints(nonResourceAttributes), detail)];
  }
  if (resourceAttributes === undefined && nonResourceAttributes === undefined) {
    const detail = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    return [invalid('spec.resourceAttributes', null, detail)];
  }
  return [];
}

/** Go's own type of it has no names for JSON. */
const asGoPrints = ({ path = '', verb = '' }: NonResourceAttributes): object => ({ Path: path, Verb: verb });

function selectorErrors({ resourceAttributes }: SelfSubjectAccessReviewSpec): readonly FieldError[] {
  const { fieldSelector, labelSelector } = resourceAttributes ?? {};
  const [fields, labels] = ['fieldSelector', 'labelSelector'].map(name => `spec.resourceAttributes.${name}`);
  return [
    ...eitherErrors(fieldSelector, fields ?? ''),
    ...(fieldSelector?.requirements ?? []).flatMap((requirement, index) =>
      fieldRequirementErrors(requirement, `${fields}.requirements[${index}]`),
    ),
    ...eitherErrors(labelSelector, labels ?? ''),
    ...(labelSelector?.requirements ?? []).flatMap((requirement, index) =>
      // Newer clients may know operators that this server does not.
      labelRequirementErrors(requirement, `${labels}.requirements[${index}]`).filter(
        ({ field }) => !field.endsWith('.operator'),
      ),
    ),
  ];
}

function eitherErrors(
  selector: FieldSelectorAttributes | LabelSelectorAttributes | undefined,
  field: string,
): readonly FieldError[] {
  if (selector === undefined) return [];
  const { rawSelector = '', requirements = [] } = selector;
  if (rawSelector !== '' && requirements.length > 0) {
    return [invalid(`${field}.rawSelector`, rawSelector, 'may not specified at the same time as requirements')];
  }
  if (rawSelector !== '' || requirements.length > 0) return [];
  return [required(`${field}.requirements`, `when ${field} is specified, requirements or rawSelector is required`)];
}

type FieldRequirement = NonNullable<FieldSelectorAttributes['requirements']>[number];

function fieldRequirementErrors({ key, operator, values = [] }: FieldRequirement, field: string): FieldError[] {
  const errors: FieldError[] = key === '' ? [required(`${field}.key`, 'must be specified')] : [];
  const [needs, refuses] = [['In', 'NotIn'].includes(operator), ['Exists', 'DoesNotExist'].includes(operator)];
  if (needs && values.length === 0) {
    errors.push(required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
  }
  if (refuses && values.length > 0) {
    errors.push(forbidden(`${field}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
  }
  return errors;
}

/** Clients send what they leave empty as `null`, or as Go's zero value. */
function nameless(parts: object, detail: string, metadata = parts): readonly FieldError[] {
  const isEmpty = Object.entries(parts).every(
    ([field, value]) =>
      field === 'managedFields' || value === null || value === '' || value === 0 || value === undefined,
  );
  return isEmpty ? [] : [invalid('metadata', metadata, detail)];
}
