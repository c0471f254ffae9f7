import { invalid, type FieldError } from '../../../../src/api/field-error.ts';
import type { PodSpec } from './pod-spec.ts';

const MIRROR = 'kubernetes.io/config.mirror';
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

/** What annotations of pods mean to others has to be readable to them. */
export function validatePodAnnotations(
  annotations: Readonly<Record<string, string>> | undefined = {},
  { nodeName = '' }: PodSpec,
  field: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  const mirror = annotations[MIRROR];
  if (mirror !== undefined && nodeName === '') {
    const detail = 'must set spec.nodeName if mirror pod annotation is set';
    errors.push(invalid(`${field}[${MIRROR}]`, mirror, detail));
  }
  const cost = annotations[DELETION_COST];
  if (cost !== undefined && !isInt32(cost)) {
    errors.push(invalid(`${field}[${DELETION_COST}]`, cost, 'must be a 32bit integer'));
  }
  return errors;
}

/** As upstream reads it: no plus, no leading zeros. */
const isInt32 = (text: string): boolean =>
  /^(?:0|-?[1-9]\d{0,9})$/.test(text) && Number(text) >= -(2 ** 31) && Number(text) < 2 ** 31;
