import { invalid } from '../../../../src/api/field-error.ts';
import type { WideInteger } from '../../../../src/base/wide-integer.ts';
import type { JsonSchemaProps } from '../v1/json-schema-props.ts';
import { complaint } from './value-complaint.ts';
import { failed, type ValidationResult } from './validation-result.ts';

export function validateNumber(schema: JsonSchemaProps, value: number | WideInteger, path: string): ValidationResult {
  const { multipleOf, maximum, minimum, exclusiveMaximum = false, exclusiveMinimum = false } = schema;
  const number = Number(value);
  const said = (problem: string) => complaint(path, value, problem);
  return failed(
    ...(multipleOf !== undefined && multipleOf > 0 && !Number.isInteger(number / multipleOf)
      ? [said(`should be a multiple of ${multipleOf}`)]
      : []),
    ...(maximum !== undefined && (number > maximum || (exclusiveMaximum && number === maximum))
      ? [said(`should be less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`)]
      : []),
    ...(minimum !== undefined && (number < minimum || (exclusiveMinimum && number === minimum))
      ? [said(`should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`)]
      : []),
    ...(schema.type === 'integer' && schema.format === 'int32' && (number < -(2 ** 31) || number >= 2 ** 31)
      ? [invalid('<nil>', '', `Checked value must be of type integer with format int32 in ${path}`)]
      : []),
  );
}
