import { PolicyExpressions } from '../../kinds/admissionregistration/cel/policy-expressions.ts';
import type { Validation } from '../../kinds/admissionregistration/v1/validating-admission-policy-spec.ts';
import type { ValidatingAdmissionPolicy } from '../../kinds/admissionregistration/v1/validating-admission-policy.ts';
import type { Condition } from '../evaluate-request.ts';
import { readParts, type ReadPolicy } from './policy.ts';

/** A policy that says what must hold. */
export interface ValidatingPolicy extends ReadPolicy<ValidatingAdmissionPolicy> {
  readonly validations: readonly ReadValidation[];
  readonly annotations: readonly ReadAnnotation[];
}

export interface ReadAnnotation extends Condition {
  readonly key: string;
}

export interface ReadValidation extends Condition {
  readonly validation: Validation;
  /** Undefined where it says none. */
  readonly message: Condition | undefined;
}

export function readValidatingPolicy(policy: ValidatingAdmissionPolicy): ValidatingPolicy {
  const { spec } = policy;
  const expressions = new PolicyExpressions(spec);
  return {
    ...readParts(policy, expressions),
    validations: (spec.validations ?? []).map(validation => ({
      validation,
      expression: validation.expression,
      compiled: expressions.validation(validation.expression),
      message: messageOf(expressions, validation.messageExpression),
    })),
    annotations: (spec.auditAnnotations ?? []).map(({ key, valueExpression: expression }) => ({
      key,
      expression,
      compiled: expressions.annotation(expression),
    })),
  };
}

const messageOf = (expressions: PolicyExpressions, expression = ''): Condition | undefined =>
  expression === '' ? undefined : { expression, compiled: expressions.message(expression) };
