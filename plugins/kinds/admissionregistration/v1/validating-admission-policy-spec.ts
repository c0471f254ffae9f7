import { condition } from '../../../../src/api/condition-schema.ts';
import { type Stored, int64, list, listMap, object, oneOf, string } from '../../../../src/schema/schema.ts';
import { matchCondition } from './match-condition.ts';
import { matchResources } from './match-resources.ts';
import { paramKind } from './policy-parameters.ts';
import { policyVariable } from './policy-variable.ts';

const GROUP = 'io.k8s.api.admissionregistration.v1';

const validation = object({
  expression: string().zero().doc('What must hold, in CEL.').at(1),
  messageExpression: string().omitEmpty().doc('What is told, in CEL; goes before the message.').at(4),
  message: string().omitEmpty().doc('Told where it does not.').at(2),
  reason: oneOf('Forbidden', 'Invalid', 'RequestEntityTooLarge')
    .choices()
    .optional()
    .byRule()
    .doc('Reason that is told; Invalid unless given.')
    .at(3),
})
  .named(`${GROUP}.Validation`)
  .doc('One thing that must hold of requests.');
export type Validation = Stored<typeof validation>;

const auditAnnotation = object({
  key: string().zero().doc('Key of the annotation, after the name of the policy.').at(1),
  valueExpression: string().zero().doc('Its value, in CEL; null for none.').at(2),
})
  .named(`${GROUP}.AuditAnnotation`)
  .doc('What is recorded of requests.');
export type AuditAnnotation = Stored<typeof auditAnnotation>;

export const validatingAdmissionPolicySpec = object({
  failurePolicy: oneOf('Fail', 'Ignore')
    .default('Fail')
    .doc('What becomes of requests that cannot be judged: they fail, or go on.')
    .at(4),
  paramKind: paramKind.optional().doc('Kind of parameters, which bindings name.').at(1),
  matchConstraints: matchResources.optional().doc('Which requests it judges.').at(2),
  matchConditions: listMap(matchCondition, 'name')
    .omitEmpty()
    .doc('Conditions that requests must all meet to be judged.')
    .at(6),
  variables: listMap(policyVariable, 'name').omitEmpty().doc('Expressions that others may name, in order.').at(7),
  validations: list(validation).omitEmpty().doc('What must hold of requests.').at(3),
  auditAnnotations: list(auditAnnotation).omitEmpty().doc('What is recorded of requests.').at(5),
})
  .named(`${GROUP}.ValidatingAdmissionPolicySpec`)
  .doc('What a policy asks for.');
export type ValidatingAdmissionPolicySpec = Stored<typeof validatingAdmissionPolicySpec>;

const expressionWarning = object({
  fieldRef: string().zero().doc('Path of the expression.').at(2),
  warning: string().zero().doc('What is wrong with it, by kinds it is held against.').at(3),
})
  .named(`${GROUP}.ExpressionWarning`)
  .doc('What is wrong with an expression.');
export type ExpressionWarning = Stored<typeof expressionWarning>;

const typeChecking = object({
  expressionWarnings: list(expressionWarning).omitEmpty().doc('What was found.').at(1),
})
  .named(`${GROUP}.TypeChecking`)
  .doc('What the types of matched kinds tell about expressions.');

export const validatingAdmissionPolicyStatus = object({
  observedGeneration: int64().omitEmpty().doc('Generation it speaks of.').at(1),
  typeChecking: typeChecking.optional().doc('There once expressions were checked.').at(2),
  conditions: listMap(condition, 'type').patchKey(null).omitEmpty().doc('Further aspects.').at(3),
})
  .named(`${GROUP}.ValidatingAdmissionPolicyStatus`)
  .doc('What was found out about a policy.');
