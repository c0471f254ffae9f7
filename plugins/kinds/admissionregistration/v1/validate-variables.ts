import { invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import type { PolicyExpressions } from '../cel/policy-expressions.ts';
import type { PolicyVariable } from './policy-variable.ts';

/** Reads variables in their order, so that `expressions` know them. */
export const validateVariables = (
  field: string,
  variables: readonly PolicyVariable[] = [],
  expressions: PolicyExpressions,
): readonly FieldError[] =>
  variables.flatMap((variable, index) => [
    ...nameErrors(`${field}[${index}].name`, variable.name),
    ...expressionErrors(`${field}[${index}].expression`, variable, expressions),
  ]);

function expressionErrors(
  field: string,
  variable: PolicyVariable,
  expressions: PolicyExpressions,
): readonly FieldError[] {
  if (variable.expression.trim() === '') return [required(field, 'expression is not specified')];
  const compiled = expressions.addVariable(variable);
  return 'problem' in compiled ? [invalid(field, variable.expression, compiled.problem)] : [];
}

function nameErrors(field: string, name: string): readonly FieldError[] {
  if (name.trim() === '') return [required(field, 'name is not specified')];
  return /^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name) && !RESERVED.has(name)
    ? []
    : [invalid(field, name, 'must be a valid CEL identifier')];
}

const RESERVED = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);
