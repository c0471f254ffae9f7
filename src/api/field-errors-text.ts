import { fieldErrorBody, type FieldError } from './field-error.ts';

/** Complaints as upstream puts several into one sentence; undefined where there are none. */
export function fieldErrorsText(errors: readonly FieldError[]): string | undefined {
  const texts = [...new Set(errors.map(error => `${error.field}: ${fieldErrorBody(error)}`))];
  if (texts.length === 0) return undefined;
  return texts.length === 1 ? texts.join() : `[${texts.join(', ')}]`;
}
