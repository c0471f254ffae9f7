import type { FieldError } from '../../../../src/api/field-error.ts';

/** What validation found; alternatives of which none holds are told by the one that came nearest. */
export interface ValidationResult {
  readonly errors: readonly FieldError[];
  /** How many checks were made: whoever made more came nearer. */
  readonly checks: number;
}

export const VALID: ValidationResult = { errors: [], checks: 1 };

export const failed = (...errors: readonly FieldError[]): ValidationResult => ({ errors, checks: 1 });

export const joined = (results: readonly ValidationResult[]): ValidationResult => ({
  errors: results.flatMap(({ errors }) => errors),
  checks: results.reduce((sum, { checks }) => sum + checks, 0),
});

export const isValid = ({ errors }: ValidationResult): boolean => errors.length === 0;
