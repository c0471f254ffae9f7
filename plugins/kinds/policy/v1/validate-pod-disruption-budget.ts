import { invalid, type FieldError } from '../../../../src/api/field-error.ts';
import { validateLabelSelector } from '../../../../src/api/label-selector.ts';
import { amountErrors, percentErrors } from '../../apps/v1/validate-amount.ts';
import type { PodDisruptionBudgetSpec } from './pod-disruption-budget-spec.ts';

export function validatePodDisruptionBudget({
  spec,
}: {
  readonly spec: PodDisruptionBudgetSpec;
}): readonly FieldError[] {
  const { minAvailable, maxUnavailable, selector } = spec;
  const isDouble = minAvailable !== undefined && maxUnavailable !== undefined;
  return [
    ...(isDouble ? [invalid('spec', asGoPrints(spec), 'minAvailable and maxUnavailable cannot be both set')] : []),
    ...(['minAvailable', 'maxUnavailable'] as const).flatMap(name => {
      const amount = spec[name];
      const field = `spec.${name}`;
      return amount === undefined ? [] : [...amountErrors(amount, field), ...percentErrors(amount, field)];
    }),
    ...validateLabelSelector(selector, 'spec.selector'),
  ];
}

/** In Go's own type, which has no names for JSON. */
const asGoPrints = (spec: PodDisruptionBudgetSpec): object => ({
  MinAvailable: spec.minAvailable ?? null,
  Selector: spec.selector ?? null,
  MaxUnavailable: spec.maxUnavailable ?? null,
  UnhealthyPodEvictionPolicy: spec.unhealthyPodEvictionPolicy ?? null,
});
