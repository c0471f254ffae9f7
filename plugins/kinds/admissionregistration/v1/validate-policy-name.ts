import { invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import { subdomainProblems } from '../../../../src/base/qualified-name.ts';

/** The policy that a binding names. */
export const validatePolicyName = (field: string, name: string): readonly FieldError[] =>
  name === '' ? [required(field)] : subdomainProblems(name).map(problem => invalid(field, name, problem));
