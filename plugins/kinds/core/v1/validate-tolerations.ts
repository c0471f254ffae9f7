import { invalid, notSupported, type FieldError } from '../../../../src/api/field-error.ts';
import { labelValueProblems, qualifiedNameProblems } from '../../../../src/base/qualified-name.ts';
import type { Toleration } from './toleration.ts';

export function validateTolerations(tolerations: readonly Toleration[], field: string): readonly FieldError[] {
  return tolerations.flatMap((toleration, index) => {
    const path = `${field}[${index}]`;
    const { key = '', operator = '', effect = '', tolerationSeconds } = toleration;
    const errors: FieldError[] = [];
    if (key !== '') errors.push(...qualifiedNameProblems(key).map(problem => invalid(`${path}.key`, key, problem)));
    else if (operator !== 'Exists') {
      const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      errors.push(invalid(`${path}.operator`, operator, detail));
    }
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      const detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
      errors.push({ ...invalid(`${path}.effect`, effect, detail), place: `${path}.operator` });
    }
    errors.push(...validateOperator(toleration, `${path}.operator`));
    return errors;
  });
}

function validateOperator({ operator, value = '' }: Toleration, field: string): readonly FieldError[] {
  switch (operator) {
    case undefined:
    case 'Equal': {
      const problems = labelValueProblems(value);
      return problems.length === 0 ? [] : [invalid(field, value, problems.join(';'))];
    }
    case 'Exists':
      return value === '' ? [] : [invalid(field, value, "value must be empty when `operator` is 'Exists'")];
    case 'Lt':
    case 'Gt':
      return [notSupported(field, operator, ['Equal', 'Exists', 'Lt', 'Gt'])];
    default:
      return [notSupported(field, operator, ['Equal', 'Exists'])];
  }
}
