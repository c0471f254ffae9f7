import { duplicate, invalid, required, tooMany, type FieldError } from '../../../../src/api/field-error.ts';
import { qualifiedNameProblems } from '../../../../src/base/qualified-name.ts';
import type { MatchCondition } from './match-condition.ts';

const MAX_CONDITIONS = 64;

export function validateMatchConditions(
  field: string,
  conditions: readonly MatchCondition[] = [],
): readonly FieldError[] {
  return [
    ...(conditions.length > MAX_CONDITIONS ? [tooMany(field, conditions.length, MAX_CONDITIONS)] : []),
    ...conditions.flatMap(({ name, expression }, index) => {
      const item = `${field}[${index}]`;
      const isRepeated = name !== '' && conditions.findIndex(other => other.name === name) < index;
      return [
        ...(expression.trim() === '' ? [required(`${item}.expression`)] : []),
        ...(name === ''
          ? [required(`${item}.name`)]
          : qualifiedNameProblems(name).map(problem => invalid(`${item}.name`, name, problem))),
        ...(isRepeated ? [duplicate(`${item}.name`, name)] : []),
      ];
    }),
  ];
}
