import { duplicate, invalid, required, tooMany, type FieldError } from '../../../../src/api/field-error.ts';
import { qualifiedNameProblems } from '../../../../src/base/qualified-name.ts';
import { compileCondition } from '../cel/compile-condition.ts';
import type { MatchCondition } from './match-condition.ts';

const MAX_CONDITIONS = 64;

export function validateMatchConditions(
  field: string,
  conditions: readonly MatchCondition[] = [],
  hasParams = false,
): readonly FieldError[] {
  return [
    ...(conditions.length > MAX_CONDITIONS ? [tooMany(field, conditions.length, MAX_CONDITIONS)] : []),
    ...conditions.flatMap(({ name, expression }, index) => {
      const item = `${field}[${index}]`;
      const isRepeated = name !== '' && conditions.findIndex(other => other.name === name) < index;
      return [
        ...expressionErrors(`${item}.expression`, expression.trim(), hasParams),
        ...(name === ''
          ? [required(`${item}.name`)]
          : qualifiedNameProblems(name).map(problem => invalid(`${item}.name`, name, problem))),
        ...(isRepeated ? [duplicate(`${item}.name`, name)] : []),
      ];
    }),
  ];
}

function expressionErrors(field: string, expression: string, hasParams: boolean): readonly FieldError[] {
  if (expression === '') return [required(field)];
  const compiled = compileCondition(expression, hasParams);
  return 'problem' in compiled ? [invalid(field, expression, compiled.problem)] : [];
}
