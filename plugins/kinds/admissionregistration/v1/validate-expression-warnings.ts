import { required, type FieldError } from '../../../../src/api/field-error.ts';
import type { ExpressionWarning } from './validating-admission-policy-spec.ts';

export const validateExpressionWarnings = (warnings: readonly ExpressionWarning[] = []): readonly FieldError[] =>
  warnings.flatMap(({ fieldRef, warning }, index) => {
    const field = `status.typeChecking.expressionWarnings[${index}]`;
    return [
      ...(warning === '' ? [required(`${field}.warning`)] : []),
      ...(fieldRef.trim() === '' ? [required(`${field}.fieldRef`)] : []),
    ];
  });
