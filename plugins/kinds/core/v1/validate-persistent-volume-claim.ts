import { forbidden, invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import { parseQuantity } from '../../../../src/base/quantity.ts';
import type { PersistentVolumeClaimSpec } from './persistent-volume-claim-spec.ts';
import type { PersistentVolumeClaimStatus } from './persistent-volume-claim-status.ts';
import { CLASS_ANNOTATION } from './storage-class-of.ts';

interface ClaimLike {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: PersistentVolumeClaimSpec;
  readonly status: PersistentVolumeClaimStatus;
}

const IMMUTABLE =
  'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';

/** A claim is told its volume once, may be given a class while it has none, and may grow once it is bound. */
export function validateClaimUpdate(next: ClaimLike, old: ClaimLike): readonly FieldError[] {
  const errors: FieldError[] = [];
  const [annotation, before] = [next, old].map(({ metadata }) => metadata.annotations?.[CLASS_ANNOTATION] ?? '');
  if (annotation !== before) {
    errors.push(invalid(`metadata.annotations[${CLASS_ANNOTATION}]`, annotation, 'field is immutable'));
  }
  if (!isDeepEqual(fixed(next, old), fixed(old, old))) errors.push(forbidden('spec', IMMUTABLE));
  const [size, oldSize, given] = [next.spec.resources.requests, old.spec.resources.requests, old.status.capacity].map(
    amounts => parseQuantity(amounts?.['storage'] ?? '0').nano,
  );
  if (size !== undefined && oldSize !== undefined && given !== undefined && size < oldSize && size <= given) {
    errors.push(forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity'));
  }
  if (next.spec.volumeMode !== old.spec.volumeMode) {
    errors.push(invalid('volumeMode', next.spec.volumeMode, 'field is immutable'));
  }
  return errors;
}

function fixed({ spec }: ClaimLike, old: ClaimLike): unknown {
  const { volumeName, storageClassName, volumeAttributesClassName, resources, ...rest } = spec;
  const isBound = old.status.phase === 'Bound';
  const { storage: _storage, ...requests } = resources.requests ?? {};
  const hasClass = old.spec.storageClassName !== undefined;
  return {
    ...rest,
    resources: isBound ? { ...resources, requests } : resources,
    ...((old.spec.volumeName ?? '') === '' ? {} : { volumeName }),
    // A class once given stays; one that is given late must be that of the annotation, where there is one.
    ...(hasClass || storageClassName !== (old.metadata.annotations?.[CLASS_ANNOTATION] ?? storageClassName)
      ? { storageClassName }
      : {}),
    ...(isBound ? {} : { volumeAttributesClassName }),
  };
}

export const validateClaimStatusUpdate = ({ spec }: ClaimLike): readonly FieldError[] =>
  (spec.accessModes ?? []).length === 0 ? [required('Spec.accessModes')] : [];
