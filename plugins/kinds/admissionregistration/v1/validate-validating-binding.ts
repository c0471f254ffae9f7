import {
  duplicate,
  forbidden,
  invalid,
  notSupported,
  placedAfter,
  required,
  type FieldError,
} from '../../../../src/api/field-error.ts';
import { validateLabelSelector } from '../../../../src/api/label-selector.ts';
import { pathSegmentProblems } from '../../../../src/base/path-segment.ts';
import { subdomainProblems } from '../../../../src/base/qualified-name.ts';
import type { ParamRef } from './policy-parameters.ts';
import { validateMatchResources } from './validate-match-resources.ts';
import type { ValidatingAdmissionPolicyBindingSpec } from './validating-admission-policy-binding-spec.ts';

export function validateValidatingBinding(spec: ValidatingAdmissionPolicyBindingSpec): readonly FieldError[] {
  const { policyName, paramRef, matchResources, validationActions } = spec;
  return [
    ...(policyName === ''
      ? [required('spec.policyName')]
      : subdomainProblems(policyName).map(problem => invalid('spec.policyName', policyName, problem))),
    ...validateParamRef('spec.paramRef', paramRef),
    ...validateMatchResources('spec.matchResources', matchResources),
    ...validateActions('spec.validationActions', validationActions),
  ];
}

const EXCLUSIVE = 'name and selector are mutually exclusive';

function validateParamRef(field: string, ref: ParamRef | undefined): readonly FieldError[] {
  if (ref === undefined) return [];
  const { name = '', selector, parameterNotFoundAction } = ref;
  const hasBoth = name !== '' && selector !== undefined;
  return [
    ...(name === '' ? [] : pathSegmentProblems(name).map(problem => invalid(`${field}.name`, name, problem))),
    ...(hasBoth ? [forbidden(`${field}.name`, EXCLUSIVE)] : []),
    ...validateLabelSelector(selector, `${field}.selector`),
    ...(hasBoth ? [forbidden(`${field}.selector`, EXCLUSIVE)] : []),
    ...(name === '' && selector === undefined ? [required(field, 'one of name or selector must be specified')] : []),
    ...(parameterNotFoundAction === undefined ? [required(`${field}.parameterNotFoundAction`)] : []),
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
