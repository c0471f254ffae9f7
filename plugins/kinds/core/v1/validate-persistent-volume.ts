import {
  forbidden,
  invalid,
  notSupported,
  placed,
  placedAfter,
  required,
  type FieldError,
} from '../../../../src/api/field-error.ts';
import { validateFields } from '../../../../src/api/validate-fields.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import { subdomainProblems } from '../../../../src/base/qualified-name.ts';
import { sortedJson } from '../../../../src/base/sorted-json.ts';
import { parseQuantity } from '../../../../src/base/quantity.ts';
import { differenceOf } from './difference-of.ts';
import {
  persistentVolumeSource,
  persistentVolumeSourceProps,
  type PersistentVolumeSpec,
} from './persistent-volume-spec.ts';
import { validateAccessModes } from './validate-access-modes.ts';
import { validateNodeSelector } from './validate-affinity.ts';
import { csiSourceErrors, validateDisks } from './validate-disks.ts';
import { HOST_PATH_TYPES } from './host-path-types.ts';
import { noBackstep } from './validate-paths.ts';
import type { Volume } from './volume.ts';

interface VolumeLike {
  readonly spec: PersistentVolumeSpec;
}

export function validatePersistentVolume({ spec }: VolumeLike): readonly FieldError[] {
  const { accessModes = [], capacity = {}, nodeAffinity, storageClassName = '' } = spec;
  const errors: FieldError[] = accessModes.length === 0 ? [required('spec.accessModes')] : [];
  errors.push(...validateAccessModes(accessModes, 'spec.accessModes'), ...capacityErrors(capacity));
  if (nodeAffinity !== undefined) {
    const field = 'spec.nodeAffinity.required';
    if (nodeAffinity.required === undefined) errors.push(required(field, 'must specify required node constraints'));
    else errors.push(...validateNodeSelector(nodeAffinity.required, field));
  }
  errors.push(...sourceErrors(spec));
  errors.push(
    ...(storageClassName === '' ? [] : subdomainProblems(storageClassName)).map(problem =>
      invalid('spec.storageClassName', storageClassName, problem),
    ),
  );
  const { volumeAttributesClassName: attributes, csi } = spec;
  if (attributes === '') errors.push(required('spec.volumeAttributesClassName', 'an empty string is disallowed'));
  if (attributes !== undefined && csi === undefined) {
    const missing = required('spec.csi', 'has to be specified when using volumeAttributesClassName');
    errors.push(...placed('spec.volumeAttributesClassName', [missing]));
  }
  return errors;
}

function capacityErrors(capacity: Readonly<Record<string, string>>): readonly FieldError[] {
  const field = 'spec.capacity';
  const names = Object.keys(capacity);
  const printed = names.length === 0 ? null : sortedJson(capacity);
  return [
    ...(names.length === 0 ? [required(field)] : []),
    ...(names.length === 1 && names[0] === 'storage' ? [] : [notSupported(field, printed, ['storage'])]),
    ...Object.entries(capacity).flatMap(([name, amount]) =>
      parseQuantity(amount).nano > 0n ? [] : [invalid(`${field}[${name}]`, amount, 'must be greater than zero')],
    ),
  ];
}

type Source = keyof typeof persistentVolumeSourceProps;
const isSource = (name: string): name is Source => name in persistentVolumeSourceProps;
const SOURCES: readonly Source[] = Object.keys(persistentVolumeSourceProps).filter(isSource);

const sourceOf = (spec: PersistentVolumeSpec): { -readonly [Name in Source]?: PersistentVolumeSpec[Name] } =>
  Object.fromEntries(sourcesOf(spec).map(name => [name, spec[name]]));

const sourcesOf = (spec: PersistentVolumeSpec): readonly Source[] => SOURCES.filter(name => spec[name] !== undefined);

/** A slip of upstream's. */
const TOLD_AS: Readonly<Partial<Record<Source, string>>> = { cephfs: 'cephFS' };

function sourceErrors(spec: PersistentVolumeSpec): readonly FieldError[] {
  const [first, ...others] = sourcesOf(spec);
  if (first === undefined) return placedAfter('spec.csi', [required('spec', 'must specify a volume type')]);
  const node = persistentVolumeSourceProps[first].node;
  return [
    ...validateFields(node, spec[first], `spec.${first}`),
    ...pathErrors(first, spec),
    ...others.map(name => ({
      ...forbidden(`spec.${TOLD_AS[name] ?? name}`, 'may not specify more than 1 volume type'),
      place: `spec.${name}`,
    })),
  ];
}

function pathErrors(first: Source, spec: PersistentVolumeSpec): readonly FieldError[] {
  const { hostPath, local, nfs, csi } = spec;
  const errors: FieldError[] = [];
  if (first === 'hostPath' && hostPath !== undefined && hostPath.path !== '') {
    errors.push(...noBackstep(hostPath.path, 'spec.hostPath.path'));
    if (!HOST_PATH_TYPES.includes(hostPath.type)) {
      errors.push(notSupported('spec.hostPath.type', hostPath.type, HOST_PATH_TYPES));
    }
    if (/^\/*$/.test(hostPath.path) && spec.persistentVolumeReclaimPolicy === 'Recycle') {
      const detail = "may not be 'recycle' for a hostPath mount of '/'";
      errors.push(...placedAfter('spec.csi', [forbidden('spec.persistentVolumeReclaimPolicy', detail)]));
    }
  }
  if (first === 'local' && local !== undefined) {
    errors.push(...noBackstep(local.path, 'spec.local.path'));
    if (spec.nodeAffinity === undefined) {
      errors.push(...placedAfter('spec.local', [required('spec.nodeAffinity', 'Local volume requires node affinity')]));
    }
  }
  if (first === 'nfs' && nfs !== undefined && !nfs.path.startsWith('/')) {
    errors.push(invalid('spec.nfs.path', nfs.path, 'must be an absolute path'));
  }
  if (first === 'csi' && csi !== undefined) errors.push(...csiSourceErrors(csi.driver, 'spec.csi'));
  return [...errors, ...diskErrors(first, spec)];
}

/** What disks of makers have to say is the same for volumes of pods. */
function diskErrors(first: Source, spec: PersistentVolumeSpec): readonly FieldError[] {
  const named = <T extends { readonly secretRef?: { readonly name?: string } }>(source: T) => {
    const { secretRef, ...rest } = source;
    return { ...rest, ...(secretRef === undefined ? {} : { secretRef: { name: secretRef.name ?? '' } }) };
  };
  const { gcePersistentDisk, awsElasticBlockStore, flocker, quobyte, azureDisk, fc } = spec;
  const { iscsi, cinder, flexVolume, scaleIO, storageos } = spec;
  const volumes: Readonly<Partial<Record<Source, Omit<Volume, 'name'>>>> = {
    ...(gcePersistentDisk && { gcePersistentDisk: { gcePersistentDisk } }),
    ...(awsElasticBlockStore && { awsElasticBlockStore: { awsElasticBlockStore } }),
    ...(flocker && { flocker: { flocker } }),
    ...(quobyte && { quobyte: { quobyte } }),
    ...(azureDisk && { azureDisk: { azureDisk } }),
    ...(fc && { fc: { fc } }),
    ...(iscsi && { iscsi: { iscsi: named(iscsi) } }),
    ...(cinder && { cinder: { cinder: named(cinder) } }),
    ...(flexVolume && { flexVolume: { flexVolume: named(flexVolume) } }),
    ...(scaleIO && { scaleIO: { scaleIO: { ...scaleIO, secretRef: { name: scaleIO.secretRef.name ?? '' } } } }),
    ...(storageos && { storageos: { storageos: named(storageos) } }),
  };
  const volume = volumes[first];
  const errors = volume === undefined ? [] : validateDisks({ name: '', ...volume }, 'spec');
  // Upstream says here only that a name is not valid.
  return errors.map(error =>
    error.detail.startsWith('must be valid format starting') ? { ...error, detail: 'must be valid format' } : error,
  );
}

/** What a volume is made from is settled when it is made. */
export function validatePersistentVolumeUpdate({ spec }: VolumeLike, { spec: old }: VolumeLike): readonly FieldError[] {
  const errors: FieldError[] = [];
  const [next, before] = [sourceOf(spec), sourceOf(old)];
  // A CSI volume may be told once whose secret expands it.
  if (before.csi !== undefined && before.csi.controllerExpandSecretRef === undefined && next.csi !== undefined) {
    const { controllerExpandSecretRef: _secret, ...rest } = next.csi;
    next.csi = rest;
  }
  if (!isDeepEqual(next, before)) {
    const difference = differenceOf(persistentVolumeSource, before, next);
    const detail = `spec.persistentvolumesource is immutable after creation\n${difference}`;
    errors.push(forbidden('spec.persistentvolumesource', detail));
  }
  if (spec.volumeMode !== old.volumeMode) errors.push(invalid('volumeMode', spec.volumeMode, 'field is immutable'));
  if (old.nodeAffinity !== undefined && !isDeepEqual(spec.nodeAffinity, old.nodeAffinity)) {
    const detail = 'field is immutable, except for updating from beta label to GA';
    errors.push(invalid('nodeAffinity', spec.nodeAffinity ?? null, detail));
  }
  if (old.volumeAttributesClassName !== undefined && spec.volumeAttributesClassName === undefined) {
    errors.push(forbidden('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden'));
  }
  return errors;
}
