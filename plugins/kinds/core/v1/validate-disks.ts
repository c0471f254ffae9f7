import {
  forbidden,
  invalid,
  notSupported,
  placed,
  required,
  tooLong,
  type FieldError,
} from '../../../../src/api/field-error.ts';
import { validateLabelSelector } from '../../../../src/api/label-selector.ts';
import { subdomainProblems } from '../../../../src/base/qualified-name.ts';
import { parseQuantity } from '../../../../src/base/quantity.ts';
import type { PersistentVolumeClaimSpec } from './persistent-volume-claim-spec.ts';
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

function csiErrors(
  { driver, nodePublishSecretRef: secret }: NonNullable<Volume['csi']>,
  field: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (driver !== '') {
    if (Buffer.byteLength(driver) > MAX_DRIVER_BYTES) errors.push(tooLong(`${field}.driver`, MAX_DRIVER_BYTES));
    const problems = subdomainProblems(driver.toLowerCase());
    errors.push(...problems.map(problem => invalid(`${field}.driver`, driver, problem)));
  }
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

const ACCESS_MODES: readonly string[] = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

/** What a claim asks for, in a claim or in what claims are made from. */
function validateClaimSpec(spec: PersistentVolumeClaimSpec, field: string): readonly FieldError[] {
  const { accessModes = [], selector, resources, storageClassName = '' } = spec;
  const errors: FieldError[] = [];
  if (accessModes.length === 0) {
    errors.push(required(`${field}.accessModes`, 'at least 1 access mode is required'));
  }
  errors.push(...validateLabelSelector(selector, `${field}.selector`));
  for (const mode of accessModes) {
    if (!ACCESS_MODES.includes(mode)) errors.push(notSupported(`${field}.accessModes`, mode, ACCESS_MODES));
  }
  if (accessModes.includes('ReadWriteOncePod') && accessModes.some(mode => mode !== 'ReadWriteOncePod')) {
    errors.push(forbidden(`${field}.accessModes`, 'may not use ReadWriteOncePod with other access modes'));
  }
  const storage = resources.requests?.['storage'];
  const path = `${field}.resources[storage]`;
  if (storage === undefined) errors.push(required(path));
  else if (parseQuantity(storage).nano <= 0n) errors.push(invalid(path, storage, 'must be greater than zero'));
  if (storageClassName !== '') {
    const problems = subdomainProblems(storageClassName);
    errors.push(...problems.map(problem => invalid(`${field}.storageClassName`, storageClassName, problem)));
  }
  return errors;
}
