import {
  duplicate,
  invalid,
  notSupported,
  placedAfter,
  required,
  type FieldError,
} from '../../../../src/api/field-error.ts';
import { validateMatchResources } from './validate-match-resources.ts';
import { validateParamRef } from './validate-param-ref.ts';
import { validatePolicyName } from './validate-policy-name.ts';
import type { ValidatingAdmissionPolicyBindingSpec } from './validating-admission-policy-binding-spec.ts';

export function validateValidatingBinding(spec: ValidatingAdmissionPolicyBindingSpec): readonly FieldError[] {
  const { policyName, paramRef, matchResources, validationActions } = spec;
  return [
    ...validatePolicyName('spec.policyName', policyName),
    ...validateParamRef('spec.paramRef', paramRef),
    ...validateMatchResources('spec.matchResources', matchResources),
    ...validateActions('spec.validationActions', validationActions),
  ];
}

const ACTIONS = ['Audit', 'Deny', 'Warn'];

function validateActions(field: string, actions: readonly string[] = []): readonly FieldError[] {
  if (actions.length === 0) return [required(field, 'at least one validation action is required')];
  return [
    ...actions.flatMap((action, index) => [
      ...(ACTIONS.includes(action) ? [] : [notSupported(`${field}[${index}]`, action, ACTIONS)]),
      ...(actions.indexOf(action) < index ? [duplicate(`${field}[${index}]`, action)] : []),
    ]),
    ...(actions.includes('Deny') && actions.includes('Warn')
      ? placedAfter(field, [invalid(field, actions, BOTH)])
      : []),
  ];
}

const BOTH =
  'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';
