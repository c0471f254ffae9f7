import type { FieldError } from '../../../../src/api/field-error.ts';
import type { JsonSchemaProps } from '../v1/json-schema-props.ts';
import { failed, isValid, joined, VALID, type ValidationResult } from './validation-result.ts';

type Validate = (schema: JsonSchemaProps, value: unknown, path: string, old?: unknown) => ValidationResult;

/** `anyOf`, `oneOf`, `allOf` and `not`. */
export function validateAlternatives(
  schema: JsonSchemaProps,
  value: unknown,
  path: string,
  old: unknown,
  validate: Validate,
): ValidationResult {
  const each = (schemas: readonly JsonSchemaProps[] = []): readonly ValidationResult[] =>
    schemas.map(one => validate(one, value, path, old));
  const { anyOf, oneOf, allOf, not } = schema;
  return joined([
    ...(anyOf === undefined ? [] : [anyOfThem(each(anyOf), path)]),
    ...(oneOf === undefined ? [] : [oneOfThem(each(oneOf), path)]),
    ...(allOf === undefined ? [] : [allOfThem(each(allOf), path)]),
    ...(not === undefined || !isValid(validate(not, value, path))
      ? []
      : [failed(about(path, 'must not validate the schema (not)'))]),
  ]);
}

function anyOfThem(results: readonly ValidationResult[], path: string): ValidationResult {
  if (results.some(isValid)) return VALID;
  return joined([failed(about(path, 'must validate at least one schema (anyOf)')), nearest(results)]);
}

function oneOfThem(results: readonly ValidationResult[], path: string): ValidationResult {
  const count = results.filter(isValid).length;
  if (count === 1) return VALID;
  const found = count === 0 ? 'Found none valid' : `Found ${count} valid alternatives`;
  const wrong = failed(about(path, `must validate one and only one schema (oneOf). ${found}`));
  return count === 0 ? joined([wrong, nearest(results)]) : wrong;
}

function allOfThem(results: readonly ValidationResult[], path: string): ValidationResult {
  if (results.every(isValid)) return VALID;
  const none = results.some(isValid) ? '' : '. None validated';
  return joined([...results, failed(about(path, `must validate all the schemas (allOf)${none}`))]);
}

/** The first of those that made most checks. */
const nearest = (results: readonly ValidationResult[]): ValidationResult =>
  results.reduce((best, result) => (result.checks > best.checks ? result : best));

/** Of such complaints the field is not told. */
const about = (path: string, problem: string): FieldError => ({
  type: 'FieldValueInvalid',
  field: '<nil>',
  value: '',
  detail: `${JSON.stringify(path)} ${problem}`,
});
