import { duplicate, invalid, notSupported, type FieldError } from '../../../../src/api/field-error.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import type { CSIDriverSpec } from './csi-driver-spec.ts';

interface DriverLike {
  readonly spec: CSIDriverSpec;
}

const MODES: readonly string[] = ['Persistent', 'Ephemeral'];
const MIN_TOKEN_SECONDS = 600;
const MAX_TOKEN_SECONDS = 2 ** 32;
const MIN_UPDATE_SECONDS = 10;

export function validateCsiDriver({ spec }: DriverLike): readonly FieldError[] {
  const { tokenRequests = [], volumeLifecycleModes, nodeAllocatableUpdatePeriodSeconds: period } = spec;
  const { serviceAccountTokenInSecrets: inSecrets } = spec;
  const errors: FieldError[] = [
    ...tokenErrors(tokenRequests),
    ...volumeLifecycleModes
      .filter(mode => !MODES.includes(mode))
      .map(mode => notSupported('spec.volumeLifecycleModes', mode, MODES)),
  ];
  if (period !== undefined && period < MIN_UPDATE_SECONDS) {
    const detail = 'must be greater than or equal to 10 seconds';
    errors.push(invalid('spec.nodeAllocatableUpdatePeriodSeconds', period, detail));
  }
  if (inSecrets !== undefined && tokenRequests.length === 0) {
    const detail = 'serviceAccountTokenInSecrets is set but no tokenRequests are specified';
    errors.push(invalid('spec.serviceAccountTokenInSecrets', inSecrets, detail));
  }
  return errors;
}

function tokenErrors(requests: NonNullable<CSIDriverSpec['tokenRequests']>): readonly FieldError[] {
  return requests.flatMap(({ audience, expirationSeconds: seconds }, index) => {
    const field = `spec.tokenRequests[${index}]`;
    if (requests.findIndex(other => other.audience === audience) < index) {
      return [duplicate(`${field}.audience`, audience)];
    }
    if (seconds === undefined) return [];
    const at = `${field}.expirationSeconds`;
    return [
      ...(seconds < MIN_TOKEN_SECONDS ? [invalid(at, seconds, 'may not specify a duration less than 10 minutes')] : []),
      ...(seconds > MAX_TOKEN_SECONDS
        ? [invalid(at, seconds, 'may not specify a duration larger than 2^32 seconds')]
        : []),
    ];
  });
}

/** The name of the first field is upstream's slip. */
export function validateCsiDriverUpdate({ spec }: DriverLike, { spec: old }: DriverLike): readonly FieldError[] {
  const detail = 'field is immutable';
  const { attachRequired, volumeLifecycleModes: modes } = spec;
  return [
    ...(attachRequired === old.attachRequired ? [] : [invalid('spec.attachedRequired', attachRequired, detail)]),
    ...(isDeepEqual(modes, old.volumeLifecycleModes) ? [] : [invalid('spec.volumeLifecycleModes', modes, detail)]),
  ];
}
