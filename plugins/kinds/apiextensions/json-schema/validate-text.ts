import type { RE2JS } from 're2js';
import { tooLong } from '../../../../src/api/field-error.ts';
import { LruMap } from '../../../../src/base/lru-map.ts';
import { re2 } from '../../../../src/base/re2.ts';
import type { JsonSchemaProps } from '../v1/json-schema-props.ts';
import { isOfFormat } from './text-formats.ts';
import { complaint, typeComplaint } from './value-complaint.ts';
import { failed, type ValidationResult } from './validation-result.ts';

export function validateText(schema: JsonSchemaProps, value: string, path: string): ValidationResult {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern = '', format = '' } = schema;
  // Counted only where it can matter: a character is one or two units of its text.
  const length = value.length > maxLength || value.length < 2 * minLength ? Array.from(value).length : value.length;
  return failed(
    ...(length > maxLength ? [tooLong(path, maxLength)] : []),
    ...(length < minLength ? [complaint(path, value, `should be at least ${minLength} chars long`)] : []),
    ...(pattern !== '' && !matches(pattern, value) ? [complaint(path, value, `should match '${pattern}'`)] : []),
    ...(format !== '' && !isOfFormat(format, value) ? [typeComplaint(path, format, value)] : []),
  );
}

/** Why a text is no regular expression; undefined for one that is. */
export function patternProblem(pattern: string): string | undefined {
  try {
    re2().RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    if (error instanceof re2().RE2JSSyntaxException) return error.message;
    throw error;
  }
}

const MAX_PATTERNS = 1000;
const compiled = new LruMap<string, RE2JS>(MAX_PATTERNS);

/** In linear time, whatever the pattern: it is a user's. */
function matches(pattern: string, value: string): boolean {
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    expression = re2().RE2JS.compile(pattern);
    compiled.set(pattern, expression);
  }
  return expression.matcher(value).find();
}
