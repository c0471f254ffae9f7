import { invalid, placed, required, tooLong, type FieldError } from '../../../../src/api/field-error.ts';
import { subdomainProblems } from '../../../../src/base/qualified-name.ts';
import { validateClaimSpec } from './validate-claim-spec.ts';
import { validateNetworkDisks } from './validate-network-disks.ts';
import type { Volume } from './volume.ts';

const MAX_DRIVER_BYTES = 63;
const MAX_LUN = 255;

/** Volumes that something outside the node holds. */
export function validateDisks(volume: Volume, field: string): readonly FieldError[] {
  const { csi, ephemeral, fc } = volume;
  const errors: FieldError[] = [];
  if (csi !== undefined) errors.push(...csiErrors(csi, `${field}.csi`));
  if (ephemeral !== undefined) {
    const path = `${field}.ephemeral.volumeClaimTemplate`;
    const { volumeClaimTemplate: template } = ephemeral;
    if (template === undefined) errors.push(required(path));
    else errors.push(...validateClaimSpec(template.spec, `${path}.spec`));
  }
  if (fc !== undefined) errors.push(...fcErrors(fc, `${field}.fc`));
  errors.push(...validateNetworkDisks(volume, field));
  return errors;
}

/** What any volume of CSI has to say: whose it is. */
export function csiSourceErrors(driver: string, field: string): readonly FieldError[] {
  if (driver === '') return [];
  const problems = subdomainProblems(driver.toLowerCase());
  return [
    ...(Buffer.byteLength(driver) > MAX_DRIVER_BYTES ? [tooLong(`${field}.driver`, MAX_DRIVER_BYTES)] : []),
    ...problems.map(problem => invalid(`${field}.driver`, driver, problem)),
  ];
}

function csiErrors(
  { driver, nodePublishSecretRef: secret }: NonNullable<Volume['csi']>,
  field: string,
): readonly FieldError[] {
  const errors = [...csiSourceErrors(driver, field)];
  if (secret === undefined) return errors;
  if (secret.name === '') return [...errors, required(`${field}.nodePublishSecretRef.name`)];
  const wrong = subdomainProblems(secret.name).map(problem => invalid(`${field}.name`, secret.name, problem));
  return [...errors, ...placed(`${field}.nodePublishSecretRef`, wrong)];
}

function fcErrors(
  { targetWWNs = [], wwids = [], lun }: NonNullable<Volume['fc']>,
  field: string,
): readonly FieldError[] {
  const path = `${field}.targetWWNs`;
  if (targetWWNs.length === 0) {
    return wwids.length > 0 ? [] : [required(path, 'must specify either targetWWNs or wwids, but not both')];
  }
  const errors: FieldError[] = [];
  if (wwids.length > 0) {
    errors.push(invalid(path, targetWWNs, 'targetWWNs and wwids can not be specified simultaneously'));
  }
  if (lun === undefined) errors.push(required(`${field}.lun`, 'lun is required if targetWWNs is specified'));
  else if (lun < 0 || lun > MAX_LUN) errors.push(invalid(`${field}.lun`, lun, 'must be between 0 and 255, inclusive'));
  return errors;
}
