import {
  duplicate,
  invalid,
  notSupported,
  placedAfter,
  required,
  type FieldError,
} from '../../../../src/api/field-error.ts';
import { qualifiedNameProblems } from '../../../../src/base/qualified-name.ts';
import type { CompiledExpression } from '../cel/compile-condition.ts';
import { PolicyExpressions } from '../cel/policy-expressions.ts';
import { keepsConditions, validateMatchConditions } from './validate-match-conditions.ts';
import { validateMatchConstraints } from './validate-match-constraints.ts';
import { validateParamKind } from './validate-param-kind.ts';
import { validateVariables } from './validate-variables.ts';
import type { AuditAnnotation, Validation, ValidatingAdmissionPolicySpec } from './validating-admission-policy-spec.ts';

/** What is wrong with a policy of this name. */
export function validateValidatingPolicy(
  policy: string,
  spec: ValidatingAdmissionPolicySpec,
  old?: ValidatingAdmissionPolicySpec,
): readonly FieldError[] {
  const { matchConstraints, matchConditions, paramKind, variables, validations = [], auditAnnotations = [] } = spec;
  const expressions = new PolicyExpressions(spec);
  return [
    ...validateParamKind('spec.paramKind', paramKind),
    ...validateMatchConstraints('spec.matchConstraints', matchConstraints),
    ...(keepsConditions(spec, old)
      ? []
      : validateMatchConditions('spec.matchConditions', matchConditions, paramKind !== undefined)),
    ...validateVariables('spec.variables', variables, expressions),
    ...(validations.length + auditAnnotations.length === 0
      ? [required('spec.validations', NOTHING), required('spec.auditAnnotations', NOTHING)]
      : []),
    ...validations.flatMap((each, index) => validateValidation(`spec.validations[${index}]`, each, expressions)),
    ...validateAnnotations('spec.auditAnnotations', policy, auditAnnotations, expressions),
  ];
}

const NOTHING = 'validations or auditAnnotations must contain at least one item';

const problems = (field: string, value: string, compiled: CompiledExpression): readonly FieldError[] =>
  'problem' in compiled ? [invalid(field, value, compiled.problem)] : [];

const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];

function validateValidation(
  field: string,
  { expression, message = '', messageExpression = '', reason }: Validation,
  expressions: PolicyExpressions,
): readonly FieldError[] {
  return [
    ...(expression.trim() === ''
      ? [required(`${field}.expression`, 'expression is not specified')]
      : problems(`${field}.expression`, expression, expressions.validation(expression))),
    ...emptyErrors(`${field}.messageExpression`, messageExpression),
    ...(messageExpression.trim() === ''
      ? []
      : problems(`${field}.messageExpression`, messageExpression, expressions.message(messageExpression))),
    ...emptyErrors(`${field}.message`, message),
    ...(/[\n\r]/.test(message.trim()) ? [invalid(`${field}.message`, message, 'must not contain line breaks')] : []),
    ...(reason === undefined || REASONS.includes(reason) ? [] : [notSupported(`${field}.reason`, reason, REASONS)]),
  ];
}

const emptyErrors = (field: string, text: string): readonly FieldError[] =>
  text !== '' && text.trim() === '' ? [invalid(field, text, 'must be non-empty if specified')] : [];

const MAX_ANNOTATIONS = 20;
const MAX_VALUE_BYTES = 5 * 1024;

function validateAnnotations(
  field: string,
  policy: string,
  annotations: readonly AuditAnnotation[],
  expressions: PolicyExpressions,
): readonly FieldError[] {
  const tooMany = `must not have more than ${MAX_ANNOTATIONS} auditAnnotations`;
  return [
    ...(annotations.length > MAX_ANNOTATIONS ? [invalid(field, annotations.map(shown), tooMany)] : []),
    ...annotations.flatMap(({ key, valueExpression }, index) => [
      ...qualifiedNameProblems(`${policy}/${key}`).map(problem =>
        invalid(`${field}[${index}].key`, `${policy}/${key}`, problem),
      ),
      ...valueErrors(`${field}[${index}].valueExpression`, valueExpression, expressions),
      ...(annotations.findIndex(other => other.key === key) < index
        ? placedAfter(`${field}[${index}]`, [duplicate(`${field}[${index}].key`, key)])
        : []),
    ]),
  ];
}

/** As upstream prints one, by the names of its own fields. */
const shown = ({ key, valueExpression }: AuditAnnotation) => ({ Key: key, ValueExpression: valueExpression });

function valueErrors(field: string, value: string, expressions: PolicyExpressions): readonly FieldError[] {
  const expression = value.trim();
  if (expression === '') return [required(field, 'valueExpression is not specified')];
  return Buffer.byteLength(expression) > MAX_VALUE_BYTES
    ? [required(field, `must not exceed ${MAX_VALUE_BYTES} bytes in length`)]
    : problems(field, value, expressions.annotation(expression));
}
