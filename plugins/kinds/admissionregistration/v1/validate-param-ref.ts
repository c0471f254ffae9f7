import { forbidden, invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import { validateLabelSelector } from '../../../../src/api/label-selector.ts';
import { pathSegmentProblems } from '../../../../src/base/path-segment.ts';
import type { ParamRef } from './policy-parameters.ts';

/** Which parameters a binding names. */
export function validateParamRef(field: string, ref: ParamRef | undefined): readonly FieldError[] {
  if (ref === undefined) return [];
  const { name = '', selector, parameterNotFoundAction } = ref;
  const hasBoth = name !== '' && selector !== undefined;
  return [
    ...(name === '' ? [] : pathSegmentProblems(name).map(problem => invalid(`${field}.name`, name, problem))),
    ...(hasBoth ? [forbidden(`${field}.name`, EXCLUSIVE)] : []),
    ...validateLabelSelector(selector, `${field}.selector`),
    ...(hasBoth ? [forbidden(`${field}.selector`, EXCLUSIVE)] : []),
    ...(name === '' && selector === undefined ? [required(field, 'one of name or selector must be specified')] : []),
    ...(parameterNotFoundAction === undefined ? [required(`${field}.parameterNotFoundAction`)] : []),
  ];
}

const EXCLUSIVE = 'name and selector are mutually exclusive';
