import { forbidden, invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import { parseQuantity } from '../../../../src/base/quantity.ts';
import { differenceOf } from './difference-of.ts';
import { persistentVolumeClaimSpec, type PersistentVolumeClaimSpec } from './persistent-volume-claim-spec.ts';
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
  const [annotation, annotationBefore] = [next, old].map(
    ({ metadata }) => metadata.annotations?.[CLASS_ANNOTATION] ?? '',
  );
  if (annotation !== annotationBefore) {
    errors.push(invalid(`metadata.annotations[${CLASS_ANNOTATION}]`, annotation, 'field is immutable'));
  }
  const [settled, before] = settledSpecs(next, old);
  if (!isDeepEqual(settled, before)) {
    errors.push(forbidden('spec', `${IMMUTABLE}\n${differenceOf(persistentVolumeClaimSpec, before, settled)}`));
  }
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

/** Both as they are compared: where something may be changed, the one has what the other has. */
function settledSpecs(
  next: ClaimLike,
  old: ClaimLike,
): readonly [PersistentVolumeClaimSpec, PersistentVolumeClaimSpec] {
  const { storageClassName, volumeAttributesClassName, ...rest } = next.spec;
  const isBound = old.status.phase === 'Bound';
  const annotated = old.metadata.annotations?.[CLASS_ANNOTATION];
  // A class may be named late: the one that was named by the annotation, where there is one.
  const isNamedLate =
    old.spec.storageClassName === undefined && (annotated === undefined || storageClassName === annotated);
  const className = isNamedLate ? undefined : storageClassName;
  const attributes = isBound ? old.spec.volumeAttributesClassName : volumeAttributesClassName;
  const { volumeName } = next.spec;
  return [
    {
      ...rest,
      resources: isBound ? withStorageOf(next.spec.resources, old.spec.resources) : next.spec.resources,
      ...(className === undefined ? {} : { storageClassName: className }),
      ...(attributes === undefined ? {} : { volumeAttributesClassName: attributes }),
    },
    (old.spec.volumeName ?? '') === '' ? withVolume(old.spec, volumeName) : old.spec,
  ];
}

function withVolume(spec: PersistentVolumeClaimSpec, volumeName: string | undefined): PersistentVolumeClaimSpec {
  const { volumeName: _before, ...rest } = spec;
  return volumeName === undefined ? rest : { ...rest, volumeName };
}

type Resources = PersistentVolumeClaimSpec['resources'];

function withStorageOf(next: Resources, old: Resources): Resources {
  if (next.requests === undefined) return next;
  return { ...next, requests: { ...next.requests, storage: old.requests?.['storage'] ?? '0' } };
}

export const validateClaimStatusUpdate = ({ spec }: ClaimLike): readonly FieldError[] =>
  (spec.accessModes ?? []).length === 0 ? [required('Spec.accessModes')] : [];
