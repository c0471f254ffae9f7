import { forbidden, invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import { validateOwnedTemplate } from '../../core/v1/validate-pod-template.ts';
import type { DeploymentSpec, DeploymentStrategy } from './deployment-spec.ts';
import { amountErrors, amountOf, percentErrors } from './validate-amount.ts';

interface DeploymentLike {
  readonly spec: DeploymentSpec;
}

export function validateDeployment({ spec }: DeploymentLike): readonly FieldError[] {
  const { progressDeadlineSeconds: deadline, minReadySeconds = 0 } = spec;
  return [
    ...(spec.selector === undefined ? [required('spec.selector')] : []),
    ...validateOwnedTemplate('deployment', spec.selector, spec.template),
    ...validateStrategy(spec.strategy),
    ...(deadline <= minReadySeconds
      ? [invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds')]
      : []),
  ];
}

function validateStrategy({ type, rollingUpdate }: DeploymentStrategy): readonly FieldError[] {
  const field = 'spec.strategy.rollingUpdate';
  if (rollingUpdate === undefined) return [];
  if (type === 'Recreate') return [forbidden(field, "may not be specified when strategy `type` is 'Recreate'")];
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate;
  const errors = [
    ...amountErrors(maxUnavailable, `${field}.maxUnavailable`),
    ...amountErrors(maxSurge, `${field}.maxSurge`),
  ];
  if (amountOf(maxUnavailable) === 0 && amountOf(maxSurge) === 0) {
    errors.push(invalid(`${field}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  }
  return [...errors, ...percentErrors(maxUnavailable, `${field}.maxUnavailable`)];
}

/** Of deployments and replica sets alike: what they own is settled when they are made. */
export const validateSelectorUpdate = (next: Selecting, old: Selecting): readonly FieldError[] =>
  isDeepEqual(next.spec.selector, old.spec.selector)
    ? []
    : [invalid('spec.selector', next.spec.selector, 'field is immutable')];
interface Selecting {
  readonly spec: { readonly selector: unknown };
}
