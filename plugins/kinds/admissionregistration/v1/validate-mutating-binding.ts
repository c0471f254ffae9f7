import type { FieldError } from '../../../../src/api/field-error.ts';
import type { MutatingAdmissionPolicyBindingSpec } from './mutating-admission-policy-binding-spec.ts';
import { validateMatchResources } from './validate-match-resources.ts';
import { validateMutatingOperations } from './validate-mutating-operations.ts';
import { validateParamRef } from './validate-param-ref.ts';
import { validatePolicyName } from './validate-policy-name.ts';

export const validateMutatingBinding = ({
  policyName = '',
  paramRef,
  matchResources,
}: MutatingAdmissionPolicyBindingSpec): readonly FieldError[] => [
  ...validatePolicyName('spec.policyName', policyName),
  ...validateParamRef('spec.paramRef', paramRef),
  ...validateMatchResources('spec.matchResources', matchResources),
  ...validateMutatingOperations('spec.matchResources', matchResources),
];
