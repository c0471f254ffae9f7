import { duplicate, forbidden, invalid, notFound, required, type FieldError } from '../../../../src/api/field-error.ts';
import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
import { parseQuantity } from '../../../../src/base/quantity.ts';
import type { KeyToPath } from './config-volume.ts';
import type { VolumeMount } from './volume-mount.ts';
import type { Volume } from './volume.ts';

/** Volumes have names of their own and one source each. */
export function validateVolumes(volumes: readonly Volume[], field: string): readonly FieldError[] {
  const seen = new Set<string>();
  return volumes.flatMap((volume, index) => {
    const path = `${field}[${index}]`;
    const { name } = volume;
    const errors =
      name === ''
        ? [required(`${path}.name`)]
        : dnsLabelProblems(name).map(problem => invalid(`${path}.name`, name, problem));
    if (seen.has(name) && name !== '') errors.push(duplicate(`${path}.name`, name));
    seen.add(name);
    return [...errors, ...validateSource(volume, path)];
  });
}

function validateSource(volume: Volume, field: string): readonly FieldError[] {
  const { name: _name, ...sources } = volume;
  const [first, ...others] = Object.keys(sources);
  if (first === undefined) return [required(field, 'must specify a volume type')];
  return [
    ...validateFiles(volume, field),
    ...validateNamed(volume, field),
    ...others.map(name => forbidden(`${field}.${name}`, 'may not specify more than 1 volume type')),
  ];
}

function validateNamed(
  { hostPath, emptyDir, persistentVolumeClaim, nfs }: Volume,
  field: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (hostPath !== undefined) {
    if (hostPath.path === '') errors.push(required(`${field}.hostPath.path`));
    else errors.push(...noBackstep(hostPath.path, `${field}.hostPath.path`));
  }
  if (emptyDir?.sizeLimit !== undefined && parseQuantity(emptyDir.sizeLimit).nano < 0n) {
    errors.push(forbidden(`${field}.emptyDir.sizeLimit`, 'SizeLimit field must be a valid resource quantity'));
  }
  if (persistentVolumeClaim?.claimName === '') errors.push(required(`${field}.persistentVolumeClaim.claimName`));
  if (nfs !== undefined && nfs.path !== '' && !nfs.path.startsWith('/')) {
    errors.push(invalid(`${field}.nfs.path`, nfs.path, 'must be an absolute path'));
  }
  return errors;
}

function validateFiles({ secret, configMap, downwardAPI, projected }: Volume, field: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (secret !== undefined) {
    if ((secret.secretName ?? '') === '') errors.push(required(`${field}.secret.secretName`));
    errors.push(
      ...modeErrors(secret.defaultMode, `${field}.secret.defaultMode`),
      ...itemErrors(secret.items, `${field}.secret`),
    );
  }
  if (configMap !== undefined) {
    if (configMap.name === '') errors.push(required(`${field}.configMap.name`));
    errors.push(...modeErrors(configMap.defaultMode, `${field}.configMap.defaultMode`));
    errors.push(...itemErrors(configMap.items, `${field}.configMap`));
  }
  if (downwardAPI !== undefined)
    errors.push(...modeErrors(downwardAPI.defaultMode, `${field}.downwardAPI.defaultMode`));
  if (projected !== undefined) {
    errors.push(...modeErrors(projected.defaultMode, `${field}.projected.defaultMode`));
    for (const [index, source] of (projected.sources ?? []).entries()) {
      const path = `${field}.projected.sources[${index}]`;
      const [kind, ...others] = Object.keys(source);
      if (kind === undefined) errors.push(required(path, 'must specify a projected source'));
      for (const name of others) errors.push(forbidden(`${path}.${name}`, 'may not specify more than 1 volume type'));
      if (source.secret?.name === '') errors.push(required(`${path}.secret.name`));
      if (source.configMap?.name === '') errors.push(required(`${path}.configMap.name`));
      errors.push(
        ...itemErrors(source.secret?.items, `${path}.secret`),
        ...itemErrors(source.configMap?.items, `${path}.configMap`),
      );
      const seconds = source.serviceAccountToken?.expirationSeconds;
      if (seconds !== undefined && seconds < 600) {
        errors.push(
          invalid(
            `${path}.serviceAccountToken.expirationSeconds`,
            seconds,
            'may not specify a duration less than 10 minutes',
          ),
        );
      }
    }
  }
  return errors;
}

const modeErrors = (mode: number | undefined, field: string): readonly FieldError[] =>
  mode === undefined || (mode >= 0 && mode <= 0o777)
    ? []
    : [invalid(field, mode, 'must be a number between 0 and 0777 (octal), both inclusive')];

function itemErrors(items: readonly KeyToPath[] | undefined, field: string): readonly FieldError[] {
  return (items ?? []).flatMap(({ path, mode }, index) => {
    const at = `${field}.items[${index}]`;
    return [...(path === '' ? [] : relative(path, `${at}.path`)), ...modeErrors(mode, `${at}.mode`)];
  });
}

const noBackstep = (path: string, field: string): readonly FieldError[] =>
  path.split('/').includes('..') ? [invalid(field, path, "must not contain '..'")] : [];

/** A path within a volume never leaves it. */
function relative(path: string, field: string): readonly FieldError[] {
  const errors = path.startsWith('/') ? [invalid(field, path, 'must be a relative path')] : [];
  if (path.startsWith('..') && !path.split('/').includes('..'))
    errors.push(invalid(field, path, "must not start with '..'"));
  return [...errors, ...noBackstep(path, field)];
}

/** Mounts name volumes that are there, each at a path of its own. */
export function validateMounts(
  mounts: readonly VolumeMount[],
  volumes: ReadonlySet<string>,
  field: string,
): readonly FieldError[] {
  const seen = new Set<string>();
  return mounts.flatMap(({ name, mountPath, subPath = '', subPathExpr = '' }, index) => {
    const path = `${field}[${index}]`;
    const errors: FieldError[] = [];
    if (name !== '' && !volumes.has(name)) errors.push(notFound(`${path}.name`, name));
    if (seen.has(mountPath) && mountPath !== '') errors.push(invalid(`${path}.mountPath`, mountPath, 'must be unique'));
    seen.add(mountPath);
    if (subPath !== '') errors.push(...relative(subPath, `${path}.subPath`));
    if (subPathExpr !== '') errors.push(...relative(subPathExpr, `${path}.subPathExpr`));
    if (subPath !== '' && subPathExpr !== '') {
      errors.push(invalid(`${path}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive'));
    }
    return errors;
  });
}
