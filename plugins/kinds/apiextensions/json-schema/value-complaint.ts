import type { FieldError } from '../../../../src/api/field-error.ts';

/** `spec.size in body should be at least 3 chars long`, of the field it names. */
export const complaint = (path: string, value: unknown, problem: string): FieldError => ({
  type: 'FieldValueInvalid',
  field: path === '' ? '<nil>' : path,
  value,
  detail: `${path} in body ${problem}`,
});

/** `found` is the name of a type, or the text that is not of a format. */
export const typeComplaint = (path: string, expected: string, found: string): FieldError => ({
  ...complaint(path, found, `must be of type ${expected}: ${JSON.stringify(found)}`),
  type: 'FieldValueTypeInvalid',
});
