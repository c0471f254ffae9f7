import { invalid, notSupported, placed, required, type FieldError } from '../../../../src/api/field-error.ts';
import { validateLabelSelector } from '../../../../src/api/label-selector.ts';
import type { ClusterTrustBundleProjection, PodCertificateProjection } from './config-volume.ts';
import { unreservedPath } from './validate-paths.ts';

/** Certificates of a bundle: named, or all of a signer that carry some labels. */
export function validateTrustBundle(
  { name, signerName, labelSelector, path }: ClusterTrustBundleProjection,
  field: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (name !== undefined && signerName !== undefined) {
    errors.push(invalid(field, { Name: name, SignerName: signerName }, 'only one of name and signerName may be used'));
  } else if (name !== undefined) {
    if (name === '') errors.push(required(`${field}.name`, 'must be a valid object name'));
    if (labelSelector !== undefined) {
      const detail = 'labelSelector must be unset if name is specified';
      errors.push(invalid(`${field}.labelSelector`, labelSelector, detail));
    }
  } else if (signerName !== undefined) {
    if (signerName === '') errors.push(required(`${field}.signerName`, 'must be a valid signer name'));
    errors.push(...validateLabelSelector(labelSelector, `${field}.labelSelector`));
  } else errors.push(required(field, 'either name or signerName must be specified'));
  return [...errors, ...unreservedPath(path, `${field}.path`)];
}

const KEY_TYPES: readonly string[] = ['RSA3072', 'RSA4096', 'ECDSAP256', 'ECDSAP384', 'ECDSAP521', 'ED25519'];
const MIN_EXPIRATION_SECONDS = 3600;

/** `taken` says what is wrong with a file another source of the volume has already. */
export function validatePodCertificate(
  {
    keyType,
    maxExpirationSeconds: seconds,
    credentialBundlePath,
    keyPath,
    certificateChainPath,
  }: PodCertificateProjection,
  field: string,
  taken: (path: string) => readonly FieldError[],
): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (!KEY_TYPES.includes(keyType)) errors.push(notSupported(`${field}.keyType`, keyType, KEY_TYPES));
  if (seconds !== undefined && seconds < MIN_EXPIRATION_SECONDS) {
    const detail = `if provided, maxExpirationSeconds must be >= ${MIN_EXPIRATION_SECONDS}`;
    errors.push(invalid(`${field}.maxExpirationSeconds`, seconds, detail));
  }
  const paths = Object.entries({ credentialBundlePath, keyPath, certificateChainPath }).filter(
    (entry): entry is [string, string] => (entry[1] ?? '') !== '',
  );
  for (const [name, path] of paths) {
    errors.push(...unreservedPath(path, `${field}.${name}`), ...placed(`${field}.${name}`, taken(path)));
  }
  if (paths.length === 0) {
    const detail = 'specify at least one of credentialBundlePath, keyPath, and certificateChainPath';
    errors.push(...placed(`${field}.~`, [required(field, detail)]));
  }
  return errors;
}
