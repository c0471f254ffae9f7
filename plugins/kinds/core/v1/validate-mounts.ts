import {
  forbidden,
  invalid,
  notFound,
  notSupported,
  placed,
  type FieldError,
} from '../../../../src/api/field-error.ts';
import type { SecurityContext } from './security-context.ts';
import { descendingPath, noBackstep } from './validate-paths.ts';
import type { VolumeDevice, VolumeMount } from './volume-mount.ts';
import type { Volume } from './volume.ts';

interface Mounting {
  readonly volumeMounts?: readonly VolumeMount[];
  readonly volumeDevices?: readonly VolumeDevice[];
  readonly securityContext?: SecurityContext;
}

/** Mounts name sound volumes of the pod, each at a path of its own. */
export function validateMounts(
  { volumeMounts = [], volumeDevices = [], securityContext }: Mounting,
  volumes: ReadonlyMap<string, Volume>,
  field: string,
): readonly FieldError[] {
  const seen = new Set<string>();
  return volumeMounts.flatMap((mount, index) => {
    const path = `${field}[${index}]`;
    const { name, mountPath } = mount;
    const errors: FieldError[] = volumes.has(name) ? [] : [notFound(`${path}.name`, name)];
    if (seen.has(mountPath)) errors.push(invalid(`${path}.mountPath`, mountPath, 'must be unique'));
    seen.add(mountPath);
    if (volumeDevices.some(device => device.name === name)) {
      const error = invalid(`${path}.name`, name, 'must not already exist in volumeDevices');
      errors.push({ ...error, place: `${path}.mountPath` });
    }
    if (volumeDevices.some(({ devicePath }) => devicePath === mountPath)) {
      errors.push(invalid(`${path}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices'));
    }
    errors.push(...placed(`${path}.subPath`, subPathErrors(mount, field, path)));
    errors.push(...placed(`${path}.mountPropagation`, propagationErrors(mount, securityContext, field)));
    errors.push(...placed(`${path}.recursiveReadOnly`, readOnlyErrors(mount, `${field}.recursiveReadOnly`)));
    return errors;
  });
}

/** Upstream names some of these without the mount's index. */
function subPathErrors(
  { subPath = '', subPathExpr = '' }: VolumeMount,
  field: string,
  path: string,
): readonly FieldError[] {
  const errors = subPath === '' ? [] : [...descendingPath(subPath, `${field}.subPath`)];
  if (subPathExpr === '') return errors;
  if (subPath !== '') {
    errors.push(invalid(`${path}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive'));
  }
  return [...errors, ...descendingPath(subPathExpr, `${field}.subPathExpr`)];
}

const PROPAGATIONS: readonly string[] = ['Bidirectional', 'HostToContainer', 'None'];

function propagationErrors(
  { mountPropagation: propagation }: VolumeMount,
  securityContext: SecurityContext | undefined,
  list: string,
): readonly FieldError[] {
  const field = `${list}.mountPropagation`;
  if (propagation === undefined) return [];
  if (!PROPAGATIONS.includes(propagation)) return [notSupported(field, propagation, PROPAGATIONS)];
  return propagation === 'Bidirectional' && securityContext?.privileged !== true
    ? [forbidden(field, 'Bidirectional mount propagation is available only to privileged containers')]
    : [];
}

const RECURSIVE: readonly string[] = ['Disabled', 'Enabled', 'IfPossible'];

function readOnlyErrors(
  { readOnly, recursiveReadOnly: recursive, mountPropagation: propagation = 'None' }: VolumeMount,
  field: string,
): readonly FieldError[] {
  if (recursive === undefined || recursive === 'Disabled') return [];
  if (!RECURSIVE.includes(recursive)) return [notSupported(field, recursive, RECURSIVE)];
  const errors: FieldError[] = [];
  if (readOnly !== true) errors.push(forbidden(field, 'may only be specified when readOnly is true'));
  if (propagation !== 'None') {
    errors.push(forbidden(field, 'may only be specified when mountPropagation is None or not specified'));
  }
  return errors;
}

/** Block devices come from claims, each at a path of its own. */
export function validateDevices(
  { volumeMounts = [], volumeDevices = [] }: Mounting,
  volumes: ReadonlyMap<string, Volume>,
  field: string,
): readonly FieldError[] {
  const names = new Set<string>();
  const paths = new Set<string>();
  return volumeDevices.flatMap(({ name, devicePath }, index) => {
    const at = `${field}[${index}]`;
    const errors: FieldError[] = [];
    const volume = volumes.get(name);
    if (names.has(name)) errors.push(invalid(`${at}.name`, name, 'must be unique'));
    if (volume === undefined) errors.push(notFound(`${at}.name`, name));
    else if (volume.persistentVolumeClaim === undefined && volume.ephemeral === undefined) {
      const detail = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
      errors.push(invalid(`${at}.name`, name, detail));
    }
    if (paths.has(devicePath)) errors.push(invalid(`${at}.devicePath`, devicePath, 'must be unique'));
    if (noBackstep(devicePath, '').length > 0) {
      errors.push(invalid(`${at}.devicePath`, devicePath, "can not contain backsteps ('..')"));
    } else paths.add(devicePath);
    if (volumeMounts.some(mount => mount.name === name)) {
      const error = invalid(`${at}.name`, name, 'must not already exist in volumeMounts');
      errors.push({ ...error, place: `${at}.devicePath` });
    }
    if (volumeMounts.some(({ mountPath }) => mountPath === devicePath)) {
      errors.push(invalid(`${at}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts'));
    }
    if (name !== '') names.add(name);
    return errors;
  });
}
