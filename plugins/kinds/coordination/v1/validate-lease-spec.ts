import { invalid, type FieldError } from '../../../../src/api/field-error.ts';
import type { LeaseSpec } from './lease-spec.ts';

export function validateLeaseSpec({
  leaseDurationSeconds: seconds = 1,
  leaseTransitions = 0,
}: LeaseSpec): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (seconds <= 0) errors.push(invalid('spec.leaseDurationSeconds', seconds, 'must be greater than 0'));
  if (leaseTransitions < 0) {
    errors.push(invalid('spec.leaseTransitions', leaseTransitions, 'must be greater than or equal to 0'));
  }
  return errors;
}
