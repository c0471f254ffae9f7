import { notSupported, required, type FieldError } from '../../../../src/api/field-error.ts';

const ALLOWED = ['None', 'NoneOnDryRun'] as const;

/** Dry runs must be able to ask, so nobody may do anything lasting when asked. */
export function validateSideEffects(field: string, value: string): readonly FieldError[] {
  if (value === '') return [required(field, `must specify one of ${ALLOWED.join(', ')}`)];
  return ALLOWED.some(allowed => allowed === value) ? [] : [notSupported(field, value, ALLOWED)];
}
