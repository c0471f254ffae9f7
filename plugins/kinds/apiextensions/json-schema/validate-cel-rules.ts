import { invalid, notSupported, required, type FieldError } from '../../../../src/api/field-error.ts';
import { ruleFieldPath } from './rule-field-path.ts';
import type { JsonSchemaProps, ValidationRule } from '../v1/json-schema-props.ts';

const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];

/** Rules of how rules are told; what they say is judged by `cel-schema-errors`. */
export const validateCelRules = (schema: JsonSchemaProps, field: string): readonly FieldError[] =>
  (schema['x-kubernetes-validations'] ?? []).flatMap((rule, index) =>
    ruleErrors(rule, schema, `${field}.x-kubernetes-validations[${index}]`),
  );

function ruleErrors(said: ValidationRule, schema: JsonSchemaProps, field: string): readonly FieldError[] {
  const { rule, message = '', messageExpression = '', reason, fieldPath = '' } = said;
  return [
    ...textErrors(rule.trim(), message, field),
    ...(messageExpression !== '' && messageExpression.trim() === ''
      ? [required(`${field}.messageExpression`, 'messageExpression must be non-empty if specified')]
      : []),
    ...(reason === undefined || REASONS.includes(reason) ? [] : [notSupported(`${field}.reason`, reason, REASONS)]),
    ...(fieldPath !== '' && fieldPath.trim() === ''
      ? [invalid(`${field}.fieldPath`, fieldPath, 'must be non-empty if specified')]
      : []),
    ...(hasLines(fieldPath) ? [invalid(`${field}.fieldPath`, fieldPath, 'must not contain line breaks')] : []),
    ...(fieldPath === '' || ruleFieldPath(fieldPath, schema) !== undefined
      ? []
      : [invalid(`${field}.fieldPath`, fieldPath, 'must be a valid path')]),
  ];
}

function textErrors(rule: string, message: string, field: string): readonly FieldError[] {
  if (rule === '') return [required(`${field}.rule`, 'rule is not specified')];
  if (message !== '' && message.trim() === '') {
    return [invalid(`${field}.message`, message, 'must be non-empty if specified')];
  }
  if (hasLines(message.trim())) return [invalid(`${field}.message`, message, 'must not contain line breaks')];
  return hasLines(rule) && message.trim() === ''
    ? [required(`${field}.message`, 'message must be specified if rule contains line breaks')]
    : [];
}

const hasLines = (text: string): boolean => /[\r\n]/.test(text);
