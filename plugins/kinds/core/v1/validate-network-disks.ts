import {
  invalid,
  notSupported,
  placed,
  placedAfter,
  required,
  type FieldError,
} from '../../../../src/api/field-error.ts';
import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
import { descendingPath } from './validate-paths.ts';
import type { Volume } from './volume.ts';

/** Volumes of makers; what they have to say, whether or not a node can mount them. */
export function validateNetworkDisks(volume: Volume, field: string): readonly FieldError[] {
  const { gitRepo, gcePersistentDisk: gce, awsElasticBlockStore: aws, iscsi, flocker, quobyte } = volume;
  const { azureDisk, scaleIO, storageos, cinder, flexVolume } = volume;
  const errors: FieldError[] = [];
  if (gitRepo !== undefined) errors.push(...descendingPath(gitRepo.directory ?? '', `${field}.gitRepo.directory`));
  if (gce !== undefined) {
    // Upstream calls it by an older name.
    const path = `${field}.persistentDisk`;
    const own = gce.pdName === '' ? [required(`${path}.pdName`)] : [];
    errors.push(...placed(`${field}.gcePersistentDisk`, [...own, ...partitionErrors(gce.partition, path)]));
  }
  if (aws !== undefined) errors.push(...partitionErrors(aws.partition, `${field}.awsElasticBlockStore`));
  if (iscsi !== undefined) errors.push(...iscsiErrors(iscsi, `${field}.iscsi`));
  if (flocker !== undefined) errors.push(...flockerErrors(flocker, `${field}.flocker`));
  if (quobyte !== undefined) errors.push(...quobyteErrors(quobyte, `${field}.quobyte`));
  if (azureDisk !== undefined) errors.push(...azureErrors(azureDisk, `${field}.azureDisk`));
  if (scaleIO !== undefined && (scaleIO.volumeName ?? '') === '') errors.push(required(`${field}.scaleIO.volumeName`));
  if (storageos !== undefined) errors.push(...storageErrors(storageos, `${field}.storageos`));
  if (cinder?.secretRef?.name === '') errors.push(required(`${field}.cinder.secretRef.name`));
  for (const key of Object.keys(flexVolume?.options ?? {})) {
    if (!/(?:^|\.)(?:kubernetes|k8s)\.io$/i.test(key.split('/')[0] ?? '')) continue;
    const detail = 'kubernetes.io and k8s.io namespaces are reserved';
    errors.push(invalid(`${field}.flexVolume.options[${key}]`, key, detail));
  }
  return errors;
}

const partitionErrors = (partition: number | undefined = 0, field: string): readonly FieldError[] =>
  partition >= 0 && partition <= 255
    ? []
    : [invalid(`${field}.partition`, partition, 'must be between 1 and 255, inclusive')];

type Of<K extends keyof Volume> = NonNullable<Volume[K]>;

const ISCSI_NAMES: Readonly<Record<string, RegExp>> = {
  iqn: /iqn\.\d{4}-\d{2}\.([A-Za-z0-9-.]+)(:[^,;*&$|\s]+)$/,
  eui: /^eui.[A-Za-z0-9]{16}$/,
  naa: /^naa.[A-Za-z0-9]{32}$/,
};

function iscsiErrors(iscsi: Of<'iscsi'>, field: string): readonly FieldError[] {
  const { iqn, lun, chapAuthDiscovery, chapAuthSession, secretRef, initiatorName } = iscsi;
  const errors = iqn === '' ? [] : [...iscsiNameErrors(iqn, `${field}.iqn`)];
  if (lun < 0 || lun > 255) errors.push(invalid(`${field}.lun`, lun, 'must be between 0 and 255, inclusive'));
  if ((chapAuthDiscovery === true || chapAuthSession === true) && secretRef === undefined) {
    errors.push(required(`${field}.secretRef`));
  }
  if (initiatorName === undefined) return errors;
  return [...errors, ...placedAfter(field, iscsiNameErrors(initiatorName, `${field}.initiatorname`))];
}

function iscsiNameErrors(name: string, field: string): readonly FieldError[] {
  const pattern = ISCSI_NAMES[name.slice(0, 3)];
  if (pattern === undefined) return [invalid(field, name, 'must be valid format starting with iqn, eui, or naa')];
  return pattern.test(name) ? [] : [invalid(field, name, 'must be valid format')];
}

function flockerErrors({ datasetName = '', datasetUUID = '' }: Of<'flocker'>, field: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (datasetName === '' && datasetUUID === '') {
    errors.push(required(field, 'one of datasetName and datasetUUID is required'));
  }
  if (datasetName !== '' && datasetUUID !== '') {
    errors.push(invalid(field, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'));
  }
  if (datasetName.includes('/')) errors.push(invalid(`${field}.datasetName`, datasetName, "must not contain '/'"));
  return errors;
}

const MAX_TENANT_BYTES = 64;
const HOST_PORT = /^(?:\[[^\]]*\]|[^:[\]]*):[^:[\]]*$/;

function quobyteErrors({ registry, tenant = '' }: Of<'quobyte'>, field: string): readonly FieldError[] {
  const pairs = 'must be a host:port pair or multiple pairs separated by commas';
  if (registry === '') return [required(`${field}.registry`, pairs)];
  if (Buffer.byteLength(tenant) > MAX_TENANT_BYTES) {
    const detail = `must be a UUID and may not exceed a length of ${MAX_TENANT_BYTES} characters`;
    return placed(`${field}.registry`, [required(`${field}.tenant`, detail)]);
  }
  const wrong = registry.split(',').filter(pair => !HOST_PORT.test(pair));
  return wrong.map(() => invalid(`${field}.registry`, registry, pairs));
}

const MANAGED_URI = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
const BLOB_URI = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';

function azureErrors({ kind, diskURI }: Of<'azureDisk'>, field: string): readonly FieldError[] {
  const [start, supported] = kind === 'Managed' ? ['/subscriptions/', MANAGED_URI] : ['https://', BLOB_URI];
  if (diskURI.startsWith(start)) return [];
  return placedAfter(field, [notSupported(`${field}.diskURI`, diskURI, [supported])]);
}

function storageErrors(
  { volumeName = '', volumeNamespace = '', secretRef }: Of<'storageos'>,
  field: string,
): readonly FieldError[] {
  const errors: FieldError[] = volumeName === '' ? [required(`${field}.volumeName`)] : [];
  for (const [name, value] of Object.entries({ volumeName, volumeNamespace })) {
    if (value === '') continue;
    errors.push(...dnsLabelProblems(value).map(problem => invalid(`${field}.${name}`, value, problem)));
  }
  return secretRef?.name === '' ? [...errors, required(`${field}.secretRef.name`)] : errors;
}
