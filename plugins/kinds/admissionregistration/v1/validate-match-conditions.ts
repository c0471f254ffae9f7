import { duplicate, invalid, required, tooMany, type FieldError } from '../../../../src/api/field-error.ts';
import { qualifiedNameProblems } from '../../../../src/base/qualified-name.ts';
import { compileCondition } from '../cel/compile-condition.ts';
import type { MatchCondition } from './match-condition.ts';
import type { ParamKind } from './policy-parameters.ts';

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

interface Conditional {
  readonly paramKind?: ParamKind | undefined;
  readonly matchConditions?: readonly MatchCondition[] | undefined;
}

/** Conditions of a policy that were taken once stay, whatever is thought of them now. */
export const keepsConditions = (spec: Conditional, old: Conditional | undefined): boolean =>
  old !== undefined && JSON.stringify(conditionsOf(spec)) === JSON.stringify(conditionsOf(old));

const conditionsOf = ({ paramKind, matchConditions }: Conditional): readonly unknown[] => [
  paramKind === undefined,
  matchConditions ?? [],
];
